-- Where households lie, by the villages of a range; a village without any has one row without place.
SELECT v.code, v.name, ST_X(h.geom) AS lng, ST_Y(h.geom) AS lat
FROM cell_version v
LEFT JOIN household h ON h.scope_key >= v.scope_key AND h.scope_key < v.scope_key || 'g'
WHERE v.valid @> today()
  AND v.rank = (SELECT coalesce(min(rank) FILTER (WHERE role = 'village'), min(rank))
                FROM grid_level)
  AND ((v.scope_key >= %(lo)s AND v.scope_key < %(hi)s) OR starts_with(%(lo)s, v.scope_key))
ORDER BY v.code
