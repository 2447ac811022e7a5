-- 界桩 at corners of villages: shown, never edited
INSERT INTO border_post (post_number, border, geom)
SELECT 'Z' || lpad(row_number() OVER (ORDER BY v.code, corner.path)::text, 5, '0'), 'village',
       corner.geom
FROM cell_version v
JOIN grid_level l ON l.rank = v.rank AND l.role = 'village'
CROSS JOIN LATERAL (
  SELECT p.path, p.geom FROM ST_DumpPoints(v.geom) p ORDER BY p.path LIMIT 1
) AS corner
WHERE v.valid @> today()
ON CONFLICT DO NOTHING
