-- the plan of a day around what these publications changed, with its neighbours and ancestors
WITH changed AS (
  SELECT geom FROM cell_version WHERE grid_version_id = ANY(%(grid_version_ids)s)
  UNION ALL
  SELECT geom FROM cell_version WHERE cell_version_id = ANY(%(lost_version_ids)s)
)
SELECT v.cell_id, v.cell_version_id, v.code, v.name, v.rank, v.parent_cell_id, v.scope_key,
       ST_AsBinary(v.geom) AS wkb
FROM cell_version v
WHERE v.valid @> %(on)s::date AND EXISTS (SELECT FROM changed c WHERE c.geom && v.geom)
ORDER BY v.rank, v.code
