-- an open case whose cell has a new version in the same place is of that version
UPDATE "case" c SET cell_version_id = now.cell_version_id, grid_version_id = now.grid_version_id
FROM cell_version now
JOIN cell_version old ON old.cell_id = now.cell_id AND upper(old.valid) = lower(now.valid)
WHERE now.grid_version_id = ANY(%(grid_version_ids)s) AND now.valid @> today()
  AND c.scope_key = now.scope_key AND c.cell_version_id = old.cell_version_id
  AND c.closed_on IS NULL
