SELECT household_id, ST_X(geom) AS lng, ST_Y(geom) AS lat, cell_id
FROM household WHERE household_id = %(household_id)s
