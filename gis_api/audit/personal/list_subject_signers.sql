SELECT s.case_signer_id, s.case_id, c.code AS case_code, c.closed_on, c.access_key, s.name,
       s.household_id, s.gave_mandate, s.blanked_at
FROM case_signer s
JOIN "case" c USING (case_id)
WHERE s.household_id = %(household_id)s
  AND (%(case_id)s::bigint IS NULL OR s.case_id = %(case_id)s)
ORDER BY s.case_id, s.case_signer_id
