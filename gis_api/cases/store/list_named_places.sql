SELECT name, ST_X(geom) AS lng, ST_Y(geom) AS lat
FROM place_name
WHERE name = %(name)s OR aliases @> ARRAY[%(name)s::text]
ORDER BY (name = %(name)s) DESC, place_name_id LIMIT 6
