-- In order of id, so that two who link the same pair wait for each other.
SELECT c.case_id, c.code, c.rev, c.state, c.closed_on, c.access_key, c.lead_officer_id, c.outcome,
       v.code AS cell_code, l.main_case_id, l.relation
FROM "case" c
LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN case_link l ON l.case_id = c.case_id
WHERE c.code = ANY (%(codes)s)
ORDER BY c.case_id
FOR UPDATE OF c
