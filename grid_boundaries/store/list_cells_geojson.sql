SELECT v.code, v.name, v.rank, parent.code AS parent_code, ST_AsGeoJSON(v.geom, 7) AS geometry
FROM cell_version v
LEFT JOIN cell_version parent
  ON parent.cell_id = v.parent_cell_id AND parent.valid @> %(on)s::date
WHERE v.valid @> %(on)s::date
  AND v.rank = %(rank)s
  AND (%(code)s::text IS NULL OR v.code = %(code)s)
  AND (%(parent_code)s::text IS NULL OR starts_with(v.scope_key, (
    SELECT above.scope_key FROM cell_version above
    WHERE above.code = %(parent_code)s AND above.valid @> %(on)s::date)))
  AND (%(west)s::float8 IS NULL
       OR v.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
ORDER BY v.code
