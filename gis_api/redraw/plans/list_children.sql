SELECT v.cell_id, v.code, v.name, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
WHERE v.parent_cell_id = %(parent_cell_id)s AND v.rank = %(rank)s AND v.valid @> %(on)s::date
ORDER BY v.code
