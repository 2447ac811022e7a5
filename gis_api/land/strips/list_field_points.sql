SELECT land_point_id, point_number, what, accuracy_m, fix, attachment_id, measured_at,
       ST_X(geom) AS lng, ST_Y(geom) AS lat
FROM land_point WHERE land_strip_id = %(land_strip_id)s ORDER BY land_point_id
