-- vertices of what is already in near these positions; houses that stand approximately tell nothing
WITH near AS MATERIALIZED (
  SELECT ST_Expand(ST_Point(p.lng, p.lat, 4490), %(reach_deg)s) AS box
  FROM unnest(%(lngs)s::double precision[], %(lats)s::double precision[]) AS p(lng, lat)
)
SELECT DISTINCT ST_X(found.geom) AS lng, ST_Y(found.geom) AS lat
FROM (
  SELECT d.geom FROM near JOIN claim c ON c.geom && near.box
    CROSS JOIN LATERAL ST_DumpPoints(c.geom) AS d
  UNION ALL
  SELECT h.geom FROM near JOIN household h ON h.geom && near.box WHERE NOT h.approximate
  UNION ALL
  SELECT b.geom FROM near JOIN boundary_point b ON b.geom && near.box
) found
LIMIT %(most)s
