-- A cell that was chosen by its share: distance to its border, and its ancestors.
WITH RECURSIVE chosen AS (
  SELECT v.*, ST_Distance(
           ST_Boundary(ST_TransScale(v.geom, -%(lng)s::float8, -%(lat)s::float8, mx, my)),
           ST_SetSRID(ST_Point(0, 0), 4490)) AS border_m
  FROM metres_per_degree(%(lat)s), cell_version v
  WHERE v.cell_id = %(cell_id)s AND v.valid @> %(on)s::date
),
ancestor (cell_id, code, name, rank, parent_cell_id) AS (
  SELECT v.cell_id, v.code, v.name, v.rank, v.parent_cell_id
  FROM chosen JOIN cell_version v ON v.cell_id = chosen.parent_cell_id AND v.valid @> %(on)s::date
  UNION ALL
  SELECT v.cell_id, v.code, v.name, v.rank, v.parent_cell_id
  FROM ancestor a JOIN cell_version v ON v.cell_id = a.parent_cell_id AND v.valid @> %(on)s::date
)
SELECT 'lead' AS kind, cell_id, code, name, rank, border_m AS distance_m FROM chosen
UNION ALL
SELECT 'ancestor', cell_id, code, name, rank, NULL FROM ancestor
ORDER BY kind, rank, code
