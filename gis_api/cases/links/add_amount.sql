INSERT INTO case_amount (case_id, what, amount_yuan, on_date, payer_party_id, payee_party_id,
                         registered_by)
VALUES (%(case_id)s, %(what)s, %(amount_yuan)s, coalesce(%(on_date)s::date, today()),
        %(payer_party_id)s, %(payee_party_id)s, %(registered_by)s)
RETURNING case_amount_id
