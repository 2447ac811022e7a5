WITH village AS MATERIALIZED (
  SELECT v.code, v.name, v.scope_key FROM cell_version v
  JOIN grid_level l ON l.rank = v.rank AND l.role = 'village'
  WHERE v.valid @> today()
), depth AS MATERIALIZED (
  SELECT max(length(scope_key)) AS digits FROM village
)
SELECT h.external_code,
       CASE WHEN h.address = '' THEN NULL WHEN %(clear)s THEN h.address ELSE '***' END AS address,
       CASE WHEN %(clear)s THEN h.head_name
            ELSE left(h.head_name, 1) || repeat('*', greatest(length(h.head_name) - 1, 1))
       END AS head_name,
       CASE WHEN %(clear)s THEN h.phone
            WHEN length(h.phone) >= 11 THEN left(h.phone, 3) || '****' || right(h.phone, 4)
            ELSE repeat('*', length(h.phone))
       END AS phone,
       w.code AS village_code, w.name AS village_name, g.name AS group_name,
       g.issuing_code AS group_code, v.code AS cell_code, v.name AS cell_name, h.season,
       ST_X(second.geom) AS second_lng, ST_Y(second.geom) AS second_lat,
       second.season AS second_season,
       ST_AsBinary(h.geom) AS wkb
FROM household h
CROSS JOIN depth
LEFT JOIN village w ON w.scope_key = left(h.scope_key, depth.digits)
LEFT JOIN villager_group g ON g.villager_group_id = h.villager_group_id
LEFT JOIN cell_version v ON v.cell_id = h.cell_id AND v.valid @> today()
LEFT JOIN LATERAL (
  SELECT p.geom, p.season FROM household_place p
  WHERE p.household_id = h.household_id AND p.season IN ('summer', 'winter')
  ORDER BY p.household_place_id LIMIT 1
) second ON true
WHERE %(area_lo)s::text IS NULL OR (h.scope_key >= %(area_lo)s AND h.scope_key < %(area_hi)s)
ORDER BY h.household_id
