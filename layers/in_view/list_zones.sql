SELECT kind, name, ST_AsBinary(geom) AS wkb FROM zone
WHERE valid @> %(on)s::date
  AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
ORDER BY zone_id LIMIT %(limit)s
