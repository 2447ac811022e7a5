SELECT case_amount_id AS id, what, amount_yuan, on_date, payer_party_id, payee_party_id,
       voided_at IS NOT NULL AS is_void
FROM case_amount WHERE case_id = %(case_id)s ORDER BY on_date, case_amount_id
