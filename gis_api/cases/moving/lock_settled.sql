SELECT c.case_id, c.code, c.scope_key AS old_scope, c.access_key AS old_access, c.cell_id,
       c.closed_on IS NULL AS is_open, s.scope_key AS new_scope, s.cell_id AS new_cell_id,
       s.cell_version_id, v.code AS new_cell_code, now() AS at
FROM "case" c
JOIN settled s ON s.row_id = c.case_id
LEFT JOIN cell_version v ON v.cell_version_id = s.cell_version_id
ORDER BY c.case_id FOR UPDATE OF c
