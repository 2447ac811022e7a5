SELECT kind, name, opening, ST_X(geom) AS lng, ST_Y(geom) AS lat FROM service_point
WHERE %(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s)
ORDER BY kind, name, service_point_id LIMIT %(limit)s
