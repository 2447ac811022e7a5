-- a closed case keeps the cell of its own day; only who may see it follows
UPDATE "case" c SET
  scope_key = m.scope_key, access_key = m.access_key,
  cell_id = CASE WHEN c.closed_on IS NULL THEN m.cell_id ELSE c.cell_id END,
  cell_version_id = CASE WHEN c.closed_on IS NULL THEN m.cell_version_id ELSE c.cell_version_id END,
  grid_version_id = CASE WHEN c.closed_on IS NULL THEN %(grid_version_id)s
                         ELSE c.grid_version_id END,
  rev = CASE WHEN c.closed_on IS NULL THEN c.rev + 1 ELSE c.rev END
FROM moved_case m WHERE m.case_id = c.case_id
