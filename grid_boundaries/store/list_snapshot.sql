SELECT v.cell_id, v.code, v.name, v.rank, v.parent_cell_id, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
WHERE v.valid @> %(on)s::date
ORDER BY v.rank, v.code
