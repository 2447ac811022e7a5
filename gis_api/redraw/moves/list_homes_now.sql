-- households of a parent and the drawn grid that each lies in today (its key right below the parent's)
SELECT household_id, ST_X(geom) AS lng, ST_Y(geom) AS lat, scope_key
FROM household
WHERE scope_key >= %(scope_key)s AND scope_key < %(scope_key)s || 'g'
ORDER BY household_id
