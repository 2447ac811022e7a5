SELECT grouped, grouping(grouped) = 1 AS is_total, count(*) AS settled_in_grid
FROM (
  SELECT CASE %(dimension)s WHEN 'kind' THEN s.kind WHEN 'source' THEN 'grid_worker'
              ELSE left(s.scope_key, %(group_length)s) END AS grouped
  FROM grid_settlement s
  WHERE s.settled_on >= %(from_on)s AND s.settled_on < %(to_on)s
    AND s.scope_key >= %(scope_lo)s AND s.scope_key < %(scope_hi)s
    AND s.struck_at IS NULL
) AS settled
GROUP BY GROUPING SETS ((grouped), ())
