-- The twin of PointIndex.locate for a point that some cell covers: rows of kind lead, ancestor,
-- joint, runner_up.  No rows when no cell covers the point.
--
-- PostGIS decides point in polygon by its own float arithmetic; within 1e-10 degrees of a border
-- GEOS (ST_Relate) decides, as it does in Python.
WITH RECURSIVE asked AS (
  SELECT ST_SetSRID(ST_Point(%(lng)s, %(lat)s), 4490) AS point, mx, my
  FROM metres_per_degree(%(lat)s)
),
near AS MATERIALIZED (
  SELECT v.cell_id, v.code, v.name, v.rank, v.parent_cell_id, v.geom
  FROM asked, cell_version v
  WHERE v.geom && asked.point AND v.valid @> %(on)s::date
),
lead AS MATERIALIZED (
  SELECT near.*,
         ST_Distance(
           ST_Boundary(ST_TransScale(near.geom, -%(lng)s::float8, -%(lat)s::float8, mx, my)),
           ST_SetSRID(ST_Point(0, 0), 4490)) AS border_m
  FROM asked, LATERAL (
    -- sorted first, tested after: the first cell that covers the point is the lead
    SELECT * FROM near ORDER BY rank DESC, code OFFSET 0
  ) near
  WHERE CASE
    WHEN ST_Distance(ST_Boundary(near.geom), asked.point) > 1e-10
      THEN ST_Covers(near.geom, asked.point)
    ELSE ST_Relate(near.geom, asked.point, '******F**')
  END
  LIMIT 1
),
joint AS MATERIALIZED (
  SELECT near.cell_id, near.code, near.name, near.rank
  FROM asked, LATERAL (
    -- few first, tested after
    SELECT n.* FROM near n, lead WHERE n.rank = lead.rank AND n.cell_id <> lead.cell_id OFFSET 0
  ) near
  WHERE CASE
    WHEN ST_Distance(ST_Boundary(near.geom), asked.point) > 1e-10
      THEN ST_Covers(near.geom, asked.point)
    ELSE ST_Relate(near.geom, asked.point, '******F**')
  END
),
neighbour AS MATERIALIZED (
  SELECT v.cell_id, v.code, v.name, v.rank,
         ST_Distance(
           ST_Boundary(ST_TransScale(v.geom, -%(lng)s::float8, -%(lat)s::float8, mx, my)),
           ST_SetSRID(ST_Point(0, 0), 4490)) AS border_m
  FROM asked, lead, cell_version v
  WHERE NOT EXISTS (SELECT FROM joint)
    AND v.geom && ST_Expand(asked.point, (lead.border_m + 0.001) / mx, (lead.border_m + 0.001) / my)
    AND v.valid @> %(on)s::date
    AND v.rank = lead.rank AND v.cell_id <> lead.cell_id
),
runner_up AS (
  SELECT cell_id, code, name, rank, border_m
  FROM neighbour
  WHERE border_m <= (SELECT border_m + 0.001 FROM lead)
    AND border_m <= (SELECT min(border_m) + 0.001 FROM neighbour)
  ORDER BY code
  LIMIT 1
),
ancestor (cell_id, code, name, rank, parent_cell_id) AS (
  SELECT v.cell_id, v.code, v.name, v.rank, v.parent_cell_id
  FROM lead JOIN cell_version v ON v.cell_id = lead.parent_cell_id AND v.valid @> %(on)s::date
  UNION ALL
  SELECT v.cell_id, v.code, v.name, v.rank, v.parent_cell_id
  FROM ancestor a JOIN cell_version v ON v.cell_id = a.parent_cell_id AND v.valid @> %(on)s::date
)
SELECT 'lead' AS kind, cell_id, code, name, rank, border_m AS distance_m FROM lead
UNION ALL
SELECT 'ancestor', cell_id, code, name, rank, NULL FROM ancestor
UNION ALL
SELECT 'joint', cell_id, code, name, rank, 0 FROM joint
UNION ALL
SELECT 'runner_up', cell_id, code, name, rank, border_m FROM runner_up
ORDER BY kind, rank, code
