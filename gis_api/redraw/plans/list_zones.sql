-- areas of a kind that touch a box today, by id
SELECT zone_id, ST_AsBinary(geom) AS wkb FROM zone
WHERE kind = %(kind)s AND valid @> today()
  AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
ORDER BY zone_id
