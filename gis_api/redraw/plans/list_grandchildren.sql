-- cells of the level below the one that is drawn, with the households that lie in each
SELECT v.cell_id, v.parent_cell_id, v.code, v.name, ST_AsBinary(v.geom) AS wkb,
       (SELECT count(*) FROM household h
        WHERE h.scope_key >= v.scope_key AND h.scope_key < v.scope_key || 'g') AS households
FROM cell_version v
JOIN cell_version p ON p.cell_id = v.parent_cell_id AND p.valid @> %(on)s::date
WHERE p.parent_cell_id = %(parent_cell_id)s AND p.rank = %(rank)s AND v.valid @> %(on)s::date
ORDER BY v.code
