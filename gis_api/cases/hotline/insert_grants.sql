INSERT INTO case_grant (case_id, officer_id, reason)
SELECT i.case_id, b.officer_id, 'lead' FROM bulk_case b JOIN bulk_id i USING (code)
WHERE b.officer_id IS NOT NULL
UNION ALL
SELECT DISTINCT ON (i.case_id, j.officer_id) i.case_id, j.officer_id, 'joint'
FROM bulk_joint j JOIN bulk_id i USING (code) JOIN bulk_case b USING (code)
WHERE j.officer_id IS NOT NULL AND j.officer_id IS DISTINCT FROM b.officer_id
