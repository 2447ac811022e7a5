SELECT kind, name, opening, ST_AsBinary(geom) AS wkb FROM service_point
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
ORDER BY service_point_id LIMIT %(limit)s
