-- households of a parent that have a place, by id; nothing personal
SELECT household_id, ST_X(geom) AS lng, ST_Y(geom) AS lat, villager_group_id
FROM household
WHERE scope_key >= %(scope_key)s AND scope_key < %(scope_key)s || 'g' AND geom IS NOT NULL
ORDER BY household_id
