SELECT s.kind, s.name, nullif(s.opening, '') AS opening, ST_AsBinary(s.geom) AS wkb
FROM service_point s
WHERE (%(everywhere)s OR EXISTS (SELECT FROM cell_version v
              WHERE v.valid @> today() AND ST_Intersects(v.geom, s.geom)
                AND v.scope_key >= (SELECT scope_lo()) AND v.scope_key < (SELECT scope_hi())
                AND (%(area_lo)s::text IS NULL
                     OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))))
ORDER BY s.service_point_id
