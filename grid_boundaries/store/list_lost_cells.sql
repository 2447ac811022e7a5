-- versions that ended with these publications where ground, path or the cell itself went
SELECT v.cell_version_id, v.cell_id, v.rank, v.scope_key, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
LEFT JOIN cell_version now ON now.cell_id = v.cell_id AND now.valid @> %(on)s::date
WHERE upper(v.valid) IN (SELECT valid_from FROM grid_version
                         WHERE grid_version_id = ANY(%(grid_version_ids)s))
  AND (now.cell_id IS NULL OR now.scope_key <> v.scope_key
       OR now.geom::bytea <> v.geom::bytea)
ORDER BY v.cell_version_id
