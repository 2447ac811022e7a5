DELETE FROM import_row r
WHERE NOT EXISTS (
  SELECT FROM import_run i
  WHERE i.import_id = r.import_id
    AND (i.changed_at >= now() - %(keep)s::interval OR i.state IN ('staging', 'committing')))
