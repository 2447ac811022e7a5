-- Where the names of a level stand: the middle of the largest circle inside, from the copy for
-- zoom 10; a point inside where there is no copy.  Largest first.
SELECT v.cell_id AS id, v.code, v.name,
       CASE WHEN length(v.scope_key) >= u.unit_end
         THEN ('x' || substr(v.scope_key, u.unit_end - 7, 8))::bit(32)::integer
         ELSE v.cell_id::integer END AS unit,
       ST_X(p.at) AS lng, ST_Y(p.at) AS lat,
       coalesce(s.label_radius, sqrt(ST_Area(v.geom_3857) / pi()) / 2)::float8 AS radius_m,
       ST_XMin(v.geom) AS west, ST_YMin(v.geom) AS south, ST_XMax(v.geom) AS east,
       ST_YMax(v.geom) AS north
FROM cell_version v
CROSS JOIN (
  SELECT 8 * (SELECT count(*) FROM grid_level WHERE rank <= (
    SELECT coalesce(min(rank) FILTER (WHERE role = 'village'), min(rank))
    FROM grid_level))::integer AS unit_end
) u
LEFT JOIN cell_shape s
  ON s.cell_id = v.cell_id AND s.valid @> %(on)s::date AND s.label IS NOT NULL
CROSS JOIN LATERAL (
  SELECT CASE WHEN s.label IS NULL THEN ST_SetSRID(ST_PointOnSurface(v.geom), 4326)
              ELSE ST_Transform(s.label, 4326) END AS at
) p
WHERE v.valid @> %(on)s::date
  AND v.rank = %(rank)s
  AND (%(west)s::float8 IS NULL
       OR v.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
ORDER BY radius_m DESC, v.code
LIMIT %(limit)s
