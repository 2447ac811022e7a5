SELECT v.cell_id, v.code, v.name, v.rank, v.scope_key, c.rev, ST_AsBinary(v.geom) AS wkb,
       (SELECT min(rank) FROM grid_level WHERE rank > v.rank) AS child_rank
FROM cell_version v JOIN cell c USING (cell_id)
WHERE v.code = %(code)s AND v.valid @> %(on)s::date
