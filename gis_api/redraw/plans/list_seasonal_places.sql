SELECT p.household_id, ST_X(p.geom) AS lng, ST_Y(p.geom) AS lat
FROM household_place p
WHERE p.scope_key >= %(scope_key)s AND p.scope_key < %(scope_key)s || 'g' AND p.geom IS NOT NULL
ORDER BY p.household_id, p.household_place_id
