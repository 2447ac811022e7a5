UPDATE import_finding f SET geom = r.geom
FROM import_row r
WHERE f.import_id = %(import_id)s AND r.import_id = f.import_id AND r.row_number = f.row_number
  AND f.geom IS NULL AND r.geom IS NOT NULL
