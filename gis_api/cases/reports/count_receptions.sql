-- Batches of a period and what became of them by its end.
SELECT grouped, grouping(grouped) = 1 AS is_total,
       count(*) AS batches, coalesce(sum(persons), 0)::bigint AS persons,
       count(*) FILTER (WHERE outcome = ANY (%(request_outcomes)s)) AS requests,
       count(*) FILTER (WHERE outcome = 'explained') AS explained,
       count(*) FILTER (WHERE outcome = 'passed_on') AS passed_on,
       count(*) FILTER (WHERE outcome = 'registered') AS made_cases,
       count(*) FILTER (WHERE closed_on < %(to_on)s) AS passed_closed,
       count(*) FILTER (WHERE closed_on < %(to_on)s AND closing IN ('agreement', 'withdrawal'))
         AS passed_agreed
FROM (
  SELECT r.*, CASE %(dimension)s WHEN 'kind' THEN r.kind
                   WHEN 'source' THEN CASE r.door WHEN 'talking_room' THEN 'talking_room'
                                                  ELSE 'visit' END
                   ELSE left(r.scope_key, %(group_length)s) END AS grouped
  FROM reception r
  WHERE r.received_on >= %(from_on)s AND r.received_on < %(to_on)s
    AND r.scope_key >= %(scope_lo)s AND r.scope_key < %(scope_hi)s
    AND r.struck_at IS NULL
) AS received
GROUP BY GROUPING SETS ((grouped), ())
