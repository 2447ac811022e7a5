-- Days from from_on on at which cells of a level begin or end.
SELECT DISTINCT rank, day FROM (
  SELECT rank, lower(valid) AS day FROM cell_version
  UNION ALL
  SELECT rank, upper(valid) FROM cell_version
) changes
WHERE day >= %(from_on)s::date
ORDER BY day, rank
