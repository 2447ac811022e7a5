-- Shares of a disc in the cells of one level (%(rank)s) or, if that is null, of the deepest level
-- that has any, lowest code first.
WITH shares AS (
  SELECT v.cell_id, v.code, v.name, v.rank,
         ST_Area(ST_Intersection(v.geom, disc)) / ST_Area(disc) AS share
  FROM ST_SetSRID(ST_GeomFromWKB(%(disc)s), 4490) AS disc, cell_version v
  WHERE v.geom && disc AND v.valid @> %(on)s::date
    AND v.rank = coalesce(%(rank)s::smallint, v.rank)
)
SELECT cell_id, code, name, rank, share
FROM shares
WHERE share > 0 AND rank = (SELECT max(rank) FROM shares WHERE share > 0)
ORDER BY code
