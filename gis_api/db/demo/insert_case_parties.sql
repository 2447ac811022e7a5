INSERT INTO case_party (case_id, side, household_id, cell_id, access_key)
SELECT c.case_id, 'reporter', d.household_id, NULL, c.access_key
FROM "case" c JOIN demo_case d USING (case_id)
WHERE d.household_id IS NOT NULL
UNION ALL
SELECT c.case_id, 'respondent', NULL, r.closed_cell_id, c.access_key
FROM "case" c JOIN demo_route r USING (case_id)
WHERE r.closed_cell_id IS NOT NULL
