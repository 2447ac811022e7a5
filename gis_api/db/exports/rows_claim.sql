WITH village AS MATERIALIZED (
  SELECT v.name, v.scope_key FROM cell_version v
  JOIN grid_level l ON l.rank = v.rank AND l.role = 'village'
  WHERE v.valid @> today()
), depth AS MATERIALIZED (
  SELECT max(length(scope_key)) AS digits FROM village
)
SELECT c.parcel_code, c.kind,
       CASE WHEN %(clear)s THEN h.head_name
            ELSE left(h.head_name, 1) || repeat('*', greatest(length(h.head_name) - 1, 1))
       END AS holder_name,
       c.stated_area_m2 AS stated_area, w.name AS village_name, v.code AS cell_code,
       ST_AsBinary(c.geom) AS wkb
FROM claim c
CROSS JOIN depth
LEFT JOIN household h ON h.household_id = c.holder_household_id
LEFT JOIN village w ON w.scope_key = left(c.scope_key, depth.digits)
LEFT JOIN cell_version v ON v.cell_id = c.cell_id AND v.valid @> today()
WHERE %(area_lo)s::text IS NULL OR (c.scope_key >= %(area_lo)s AND c.scope_key < %(area_hi)s)
ORDER BY c.claim_id
