SELECT land_line_id, method, inputs, left_m2, right_m2, made_at, ST_AsBinary(geom) AS wkb
FROM land_line WHERE land_strip_id = %(land_strip_id)s ORDER BY land_line_id
