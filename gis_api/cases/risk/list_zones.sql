-- Zones in force on some day of [from_on, to_on) that meet a box.
SELECT kind, ST_AsBinary(geom) AS wkb
FROM zone
WHERE kind = ANY (%(kinds)s) AND valid && daterange(%(from_on)s, %(to_on)s)
  AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
ORDER BY kind, zone_id
