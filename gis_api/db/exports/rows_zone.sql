SELECT z.kind, z.name, lower(z.valid) AS valid_from, upper(z.valid) - 1 AS valid_until,
       ST_AsBinary(z.geom) AS wkb
FROM zone z
WHERE z.valid @> %(on)s::date
  AND (%(everywhere)s OR EXISTS (SELECT FROM cell_version v
              WHERE v.valid @> today() AND v.geom && z.geom AND ST_Intersects(v.geom, z.geom)
                AND v.scope_key >= (SELECT scope_lo()) AND v.scope_key < (SELECT scope_hi())
                AND (%(area_lo)s::text IS NULL
                     OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))))
ORDER BY z.zone_id
