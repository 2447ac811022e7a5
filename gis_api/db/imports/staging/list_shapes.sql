SELECT row_number, fault, ST_AsGeoJSON(geom, 7) AS geometry
FROM import_row
WHERE import_id = %(import_id)s AND geom IS NOT NULL
  AND row_number %% greatest(1, (SELECT max(row_number) FROM import_row
                                 WHERE import_id = %(import_id)s) / %(limit)s::integer) = 0
ORDER BY row_number LIMIT %(limit)s
