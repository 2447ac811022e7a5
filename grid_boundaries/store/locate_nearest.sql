-- The nearest cell of the deepest level within %(limit_m)s metres of a point that no cell covers;
-- distances within 1 mm tie and the lowest code wins.
WITH asked AS (
  SELECT ST_SetSRID(ST_Point(%(lng)s, %(lat)s), 4490) AS point,
         ST_SetSRID(ST_Point(0, 0), 4490) AS origin, mx, my,
         (SELECT max(rank) FROM cell_version WHERE valid @> %(on)s::date) AS deepest
  FROM metres_per_degree(%(lat)s)
),
bound AS MATERIALIZED (
  -- nearest in degrees is a good first guess; nothing farther in metres can win
  SELECT least(%(limit_m)s, ST_Distance(
           ST_Boundary(ST_TransScale(guess.geom, -%(lng)s::float8, -%(lat)s::float8, mx, my)),
           origin)) + 0.001 AS reach_m
  FROM asked, LATERAL (
    SELECT v.geom FROM cell_version v
    WHERE v.rank = asked.deepest AND v.valid @> %(on)s::date
    ORDER BY v.geom <-> asked.point
    LIMIT 1
  ) guess
),
near AS MATERIALIZED (
  SELECT v.cell_id, v.code, v.name, v.rank,
         ST_Distance(
           ST_Boundary(ST_TransScale(v.geom, -%(lng)s::float8, -%(lat)s::float8, mx, my)),
           origin) AS border_m
  FROM asked, bound, cell_version v
  WHERE v.geom && ST_Expand(asked.point, reach_m / mx, reach_m / my)
    AND v.valid @> %(on)s::date AND v.rank = asked.deepest
    AND ST_Distance(
      ST_TransScale(ST_Envelope(v.geom), -%(lng)s::float8, -%(lat)s::float8, mx, my), origin
    ) <= reach_m
)
SELECT cell_id, code, name, rank, border_m AS distance_m
FROM near
WHERE border_m <= (SELECT reach_m FROM bound)
  AND border_m <= (SELECT min(border_m) + 0.001 FROM near)
ORDER BY code
LIMIT 1
