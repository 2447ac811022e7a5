SELECT v.code, ST_AsGeoJSON(ST_SimplifyPreserveTopology(v.geom, %(tolerance)s), 5) AS shape
FROM cell_version v WHERE v.code = ANY (%(codes)s) AND v.valid @> %(on)s::date
