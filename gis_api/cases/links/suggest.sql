-- Up to three cases like each one asked for: by place, kind and time only, never by person.
-- asked: rows in arrays of equal length; a row without a position is compared by its cell.
WITH asked AS (
  SELECT a.number, ST_GeomFromWKB(a.wkb, 4490) AS geom, a.kind, a.happened_on,
         coalesce(a.accuracy_m, 0) AS accuracy_m, a.cell_id, a.case_id
  FROM unnest(%(numbers)s::integer[], %(wkbs)s::bytea[], %(kinds)s::text[],
              %(days)s::date[], %(accuracies)s::float8[], %(cell_ids)s::bigint[],
              %(case_ids)s::bigint[])
       AS a(number, wkb, kind, happened_on, accuracy_m, cell_id, case_id)
), placed AS (
  SELECT asked.*, coalesce(ST_X(ST_PointOnSurface(geom)), 0) AS lng,
         coalesce(ST_Y(ST_PointOnSurface(geom)), 0) AS lat
  FROM asked
), reach AS (
  SELECT placed.*, m.mx, m.my,
         least(%(reach_m)s + least(accuracy_m, %(most_accuracy_m)s), %(most_reach_m)s) AS reach_m
  FROM placed CROSS JOIN LATERAL metres_per_degree(placed.lat) m
), kin AS (
  SELECT * FROM unnest(%(kin_kinds)s::text[], %(kin_of)s::text[], %(kin_weights)s::float8[])
       AS k(kind, of_kind, weight)
)
SELECT r.number, s.case_id, s.code, s.kind, s.state, s.source, s.happened_on, s.closed_on,
       s.cell_code, s.cell_name, round(s.distance_m) AS distance_m, s.days,
       round(s.score::numeric, 3)::float8 AS score
FROM reach r
CROSS JOIN LATERAL (
  SELECT c.case_id, c.code, c.kind, c.state, c.source, c.happened_on, c.closed_on,
         v.code AS cell_code, v.name AS cell_name, d.distance_m, d.days,
         %(place_weight)s * exp(-d.beyond_m / %(place_scale_m)s)
         + %(time_weight)s * exp(-d.days / %(time_scale_days)s)
         + %(kind_weight)s * k.weight AS score
  FROM "case" c
  JOIN kin k ON k.kind = r.kind AND k.of_kind = c.kind
  LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
  CROSS JOIN LATERAL (
    SELECT CASE WHEN r.geom IS NOT NULL AND c.geom IS NOT NULL
                THEN sqrt(((ST_X(ST_PointOnSurface(c.geom)) - r.lng) * r.mx) ^ 2
                          + ((ST_Y(ST_PointOnSurface(c.geom)) - r.lat) * r.my) ^ 2)
                END AS distance_m,
           abs(c.happened_on - r.happened_on)::float8 AS days
  ) raw
  CROSS JOIN LATERAL (
    SELECT raw.distance_m, raw.days,
           coalesce(greatest(raw.distance_m - r.accuracy_m - coalesce(c.accuracy_m, 0), 0),
                    %(same_cell_m)s) AS beyond_m
  ) d
  WHERE c.case_id IS DISTINCT FROM r.case_id
    AND (c.geom && ST_Expand(r.geom, r.reach_m / r.mx, r.reach_m / r.my)
         OR ((r.geom IS NULL OR c.geom IS NULL) AND c.cell_id = r.cell_id))
    AND (d.distance_m IS NULL OR d.distance_m <= r.reach_m + coalesce(c.accuracy_m, 0))
    AND d.days <= %(most_days)s
    AND (c.closed_on IS NULL OR c.closed_on >= today() - %(closed_within_days)s::integer)
    AND NOT EXISTS (SELECT FROM case_link l WHERE l.relation = 'same'
                      AND (l.case_id = c.case_id
                           OR (l.case_id = r.case_id AND l.main_case_id = c.case_id)))
  ORDER BY score DESC, c.case_id
  LIMIT %(limit)s
) s
ORDER BY r.number, s.score DESC, s.case_id
