SELECT case_agreement_id, form, agreed_on, effective_on FROM case_agreement
WHERE case_id = %(case_id)s AND replaced_on IS NULL
