-- lead cell of each case on its own day, and the path up from it; ties go to the lowest code
CREATE TEMPORARY TABLE demo_path ON COMMIT DROP AS
WITH lead AS (
  SELECT DISTINCT ON (c.case_id) c.case_id, v.scope_key, c.happened_on
  FROM demo_case c
  JOIN cell_version v
    ON v.valid @> c.happened_on AND v.rank = (SELECT max(rank) FROM grid_level)
   AND ST_Covers(v.geom, c.geom)
  ORDER BY c.case_id, v.code
)
SELECT l.case_id, a.rank, a.cell_id, a.cell_version_id, a.code, a.name, a.scope_key,
       a.scope_key = l.scope_key AS is_lead, a.grid_version_id
FROM lead l
CROSS JOIN generate_series(8, length(l.scope_key), 8) AS cut
JOIN cell_version a ON a.scope_key = left(l.scope_key, cut) AND a.valid @> l.happened_on
