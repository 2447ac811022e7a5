SELECT case_agreement_id, form, agreed_on, effective_on, terms, replaced_on, blanked_at
FROM case_agreement WHERE case_id = %(case_id)s ORDER BY case_agreement_id
