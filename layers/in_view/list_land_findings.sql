-- A spot each: what it is about stands on the sheet of its strip.
SELECT severity AS kind, '' AS name, ST_AsBinary(ST_PointOnSurface(geom)) AS wkb FROM land_finding
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
  AND state IN ('open', 'disputed')
ORDER BY land_finding_id LIMIT %(limit)s
