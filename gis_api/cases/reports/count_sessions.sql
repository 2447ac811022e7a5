SELECT grouped, grouping(grouped) = 1 AS is_total,
       count(*) AS sessions, coalesce(sum(persons), 0)::bigint AS session_persons,
       coalesce(sum(matters), 0)::bigint AS session_matters,
       coalesce(sum(settled), 0)::bigint AS session_settled
FROM (
  SELECT s.*, CASE %(dimension)s WHEN 'kind' THEN NULL WHEN 'source' THEN 'talking_room'
                   ELSE left(s.scope_key, %(group_length)s) END AS grouped
  FROM talking_session s
  WHERE s.held_on >= %(from_on)s AND s.held_on < %(to_on)s
    AND s.scope_key >= %(scope_lo)s AND s.scope_key < %(scope_hi)s
    AND s.struck_at IS NULL
) AS held
GROUP BY GROUPING SETS ((grouped), ())
