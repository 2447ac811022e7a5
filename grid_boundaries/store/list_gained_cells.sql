-- versions of these publications that are new ground or a new path for their cell
SELECT v.scope_key, ST_XMin(v.geom) AS west, ST_YMin(v.geom) AS south, ST_XMax(v.geom) AS east,
       ST_YMax(v.geom) AS north
FROM cell_version v
WHERE v.grid_version_id = ANY(%(grid_version_ids)s)
  AND NOT EXISTS (
    SELECT FROM cell_version old
    WHERE old.cell_id = v.cell_id AND upper(old.valid) = lower(v.valid)
      AND old.scope_key = v.scope_key AND old.geom::bytea = v.geom::bytea)
ORDER BY v.cell_version_id
