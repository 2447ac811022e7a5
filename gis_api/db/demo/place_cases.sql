-- the path of each case from its lead cell up
CREATE TEMPORARY TABLE demo_path ON COMMIT DROP AS
SELECT c.case_id, a.rank, a.cell_id, a.cell_version_id, a.code, a.name, a.scope_key,
       a.cell_id = c.lead_cell_id AS is_lead
FROM demo_case c
JOIN demo_chain k ON k.lead_cell_id = c.lead_cell_id
JOIN cell_version a ON a.cell_id = k.cell_id AND a.grid_version_id = %(grid_version_id)s
