SELECT count(*) FILTER (WHERE h.case_id IS NULL) AS due,
       count(*) FILTER (WHERE h.case_id IS NOT NULL) AS held
FROM case_signer s
JOIN "case" c USING (case_id)
LEFT JOIN (SELECT DISTINCT case_id FROM legal_hold WHERE lifted_at IS NULL) h USING (case_id)
WHERE c.closed_on <= %(before)s AND (s.name IS NOT NULL OR s.household_id IS NOT NULL)
