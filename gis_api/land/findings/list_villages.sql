SELECT v.cell_id, v.scope_key, ST_AsBinary(v.geom) AS wkb
FROM cell_version v JOIN grid_level l ON l.rank = v.rank AND l.role = 'village'
WHERE v.valid @> today() ORDER BY v.scope_key
