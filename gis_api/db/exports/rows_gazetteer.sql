SELECT n.name, n.aliases, n.kind, ST_AsBinary(n.geom) AS wkb
FROM place_name n
WHERE (%(everywhere)s OR EXISTS (SELECT FROM cell_version v
              WHERE v.valid @> today() AND ST_Intersects(v.geom, n.geom)
                AND v.scope_key >= (SELECT scope_lo()) AND v.scope_key < (SELECT scope_hi())
                AND (%(area_lo)s::text IS NULL
                     OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))))
ORDER BY n.place_name_id
