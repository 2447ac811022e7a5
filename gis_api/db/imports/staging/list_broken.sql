SELECT row_number, ST_AsBinary(geom) AS wkb
FROM import_row
WHERE import_id = %(import_id)s AND fault LIKE 'shape.%%' AND geom IS NOT NULL
ORDER BY row_number LIMIT %(limit)s
