-- the path of each case from its lead cell up, on its own day
CREATE TEMPORARY TABLE demo_path ON COMMIT DROP AS
SELECT c.case_id, a.rank, a.cell_id, a.cell_version_id, a.code, a.name, a.scope_key,
       a.cell_id = c.lead_cell_id AS is_lead
FROM demo_case c
JOIN cell_version l ON l.cell_id = c.lead_cell_id AND l.valid @> c.happened_on
CROSS JOIN generate_series(8, length(l.scope_key), 8) AS cut
JOIN cell_version a ON a.scope_key = left(l.scope_key, cut) AND a.valid @> c.happened_on
