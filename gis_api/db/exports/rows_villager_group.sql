SELECT g.issuing_code, g.name, v.code AS village_code, v.name AS village_name,
       CASE WHEN %(clear)s THEN g.head_name
            ELSE left(g.head_name, 1) || repeat('*', greatest(length(g.head_name) - 1, 1))
       END AS head_name,
       ST_AsBinary(g.geom) AS wkb
FROM villager_group g
JOIN cell_version v ON v.cell_id = g.village_cell_id AND v.valid @> today()
WHERE v.scope_key >= (SELECT scope_lo()) AND v.scope_key < (SELECT scope_hi())
  AND (%(area_lo)s::text IS NULL OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))
ORDER BY g.issuing_code
