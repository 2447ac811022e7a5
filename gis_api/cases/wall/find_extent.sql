SELECT ST_XMin(b) AS west, ST_YMin(b) AS south, ST_XMax(b) AS east, ST_YMax(b) AS north
FROM (
  SELECT ST_Extent(geom) AS b FROM cell_version
  WHERE valid @> today()
    AND CASE WHEN %(cell_id)s::bigint IS NULL THEN parent_cell_id IS NULL
             ELSE cell_id = %(cell_id)s END
) extent
WHERE b IS NOT NULL
