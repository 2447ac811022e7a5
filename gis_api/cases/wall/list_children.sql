SELECT v.cell_id AS id, v.code, v.name, v.rank, v.scope_key,
       ST_XMin(v.geom) AS west, ST_YMin(v.geom) AS south, ST_XMax(v.geom) AS east,
       ST_YMax(v.geom) AS north, ST_X(p.at) AS lng, ST_Y(p.at) AS lat,
       coalesce(s.label_radius, sqrt(ST_Area(v.geom_3857) / pi()) / 2)::float8 AS radius_m
FROM cell_version v
LEFT JOIN cell_shape s ON s.cell_id = v.cell_id AND s.valid @> today() AND s.label IS NOT NULL
CROSS JOIN LATERAL (
  SELECT CASE WHEN s.label IS NULL THEN ST_SetSRID(ST_PointOnSurface(v.geom), 4326)
              ELSE ST_Transform(s.label, 4326) END AS at
) p
WHERE v.valid @> today() AND v.parent_cell_id IS NOT DISTINCT FROM %(cell_id)s::bigint
ORDER BY v.code
