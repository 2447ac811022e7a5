SELECT '' AS kind, name, ST_AsBinary(geom) AS wkb FROM villager_group
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
ORDER BY villager_group_id LIMIT %(limit)s
