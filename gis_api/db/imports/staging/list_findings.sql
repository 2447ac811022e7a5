SELECT import_finding_id, code, severity, row_number, column_name, sheet_cell, params,
       ST_AsGeoJSON(geom, 7) AS geometry
FROM import_finding
WHERE import_id = %(import_id)s AND import_finding_id > %(after)s
  AND (%(code)s::text IS NULL OR code = %(code)s)
ORDER BY import_finding_id LIMIT %(limit)s
