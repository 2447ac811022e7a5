-- Outlines only: whose paper it is belongs on no map.
SELECT kind, '' AS name, ST_AsBinary(geom) AS wkb FROM claim
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
ORDER BY claim_id LIMIT %(limit)s
