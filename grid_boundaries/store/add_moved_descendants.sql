-- whoever moves takes everything below along: their keys begin with the ancestors'
WITH RECURSIVE moved AS (
  SELECT p.cell_id
  FROM publication p
  JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> %(valid_from)s::date
  WHERE v.parent_cell_id IS DISTINCT FROM p.parent_cell_id
), below AS (
  SELECT v.cell_id, v.rank, v.parent_cell_id, v.code, v.name, v.geom
  FROM moved m
  JOIN cell_version v ON v.parent_cell_id = m.cell_id AND v.valid @> %(valid_from)s::date
  UNION
  SELECT v.cell_id, v.rank, v.parent_cell_id, v.code, v.name, v.geom
  FROM below b
  JOIN cell_version v ON v.parent_cell_id = b.cell_id AND v.valid @> %(valid_from)s::date
)
INSERT INTO publication (row_no, cell_id, rank, code, name, geom, parent_cell_id)
SELECT -1, b.cell_id, b.rank, b.code, b.name, b.geom, b.parent_cell_id
FROM below b
WHERE NOT EXISTS (SELECT FROM publication p WHERE p.cell_id = b.cell_id)
