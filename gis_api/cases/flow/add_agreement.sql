INSERT INTO case_agreement (case_id, form, agreed_on, effective_on, terms, recorded_by)
VALUES (%(case_id)s, %(form)s, %(on)s, %(effective_on)s, %(terms)s, %(actor_id)s)
RETURNING case_agreement_id
