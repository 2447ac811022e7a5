-- cells whose box holds new corners and that are not part of the publication: they may need vertices
WITH corner AS MATERIALIZED (
  SELECT (ST_Dump(ST_SetSRID(ST_GeomFromWKB(%(points)s), 4490))).geom
), near AS (
  SELECT DISTINCT v.cell_version_id FROM corner
  JOIN cell_version v ON v.geom && ST_Expand(corner.geom, 1e-10)
  WHERE v.valid @> %(on)s::date AND v.cell_id <> ALL(%(cell_ids)s)
)
SELECT v.cell_id, v.code, v.name, v.rank, parent.code AS parent_code, ST_AsBinary(v.geom) AS wkb
FROM near JOIN cell_version v USING (cell_version_id)
LEFT JOIN cell_version parent
  ON parent.cell_id = v.parent_cell_id AND parent.valid @> %(on)s::date
ORDER BY v.rank, v.code
