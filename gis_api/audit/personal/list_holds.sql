SELECT h.legal_hold_id, h.case_id, c.code AS case_code, h.basis, h.review_on, h.set_at,
       h.review_on < today() AS is_review_due
FROM legal_hold h JOIN "case" c USING (case_id)
WHERE h.lifted_at IS NULL
  AND (%(case_ids)s::bigint[] IS NULL OR h.case_id = ANY (%(case_ids)s::bigint[]))
ORDER BY h.review_on, h.legal_hold_id
