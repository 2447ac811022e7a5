UPDATE case_amount SET voided_at = now(), voided_by = %(voided_by)s
WHERE case_amount_id = %(case_amount_id)s AND case_id = %(case_id)s AND voided_at IS NULL
