-- Cases that a period touches, grouped; total in the row without a group.
WITH bounds AS (
  SELECT %(from_on)s::timestamp AT TIME ZONE 'Asia/Shanghai' AS from_at,
         %(to_on)s::timestamp AT TIME ZONE 'Asia/Shanghai' AS to_at
), touched AS (
  SELECT c.case_id, c.urgent, c.queue_reason, c.closed_on,
         CASE %(dimension)s WHEN 'kind' THEN c.kind WHEN 'source' THEN c.source
              ELSE left(c.scope_key, %(group_length)s) END AS grouped,
         c.registered_at >= b.from_at AS is_new,
         c.closed_on < %(to_on)s AS is_closed,
         EXISTS (SELECT FROM case_link l WHERE l.case_id = c.case_id AND l.relation = 'same'
                   AND l.linked_at < b.to_at) AS is_merged,
         acts.acts
  FROM "case" c
  CROSS JOIN bounds b
  LEFT JOIN (
    SELECT h.case_id, array_agg(DISTINCT h.act) AS acts
    FROM case_history h, bounds hb
    WHERE h.at >= hb.from_at AND h.at < hb.to_at AND h.act = ANY (%(acts)s)
    GROUP BY h.case_id
  ) acts ON acts.case_id = c.case_id
  WHERE c.registered_at < b.to_at AND (c.closed_on IS NULL OR c.closed_on >= %(from_on)s)
    AND c.scope_key >= %(scope_lo)s AND c.scope_key < %(scope_hi)s
), counted AS (
  SELECT t.*, g.represented
  FROM touched t
  LEFT JOIN case_collective g ON g.case_id = t.case_id AND NOT t.is_merged
)
SELECT grouped, grouping(grouped) = 1 AS is_total,
       count(*) FILTER (WHERE is_new) AS arrived,
       count(*) FILTER (WHERE is_new AND is_merged) AS merged,
       count(*) FILTER (WHERE is_new AND NOT is_merged) AS registered,
       count(*) FILTER (WHERE is_new AND represented IS NOT NULL) AS collective,
       coalesce(sum(represented) FILTER (WHERE is_new), 0)::bigint AS represented,
       count(*) FILTER (WHERE is_new AND urgent AND NOT is_merged) AS urgent,
       count(*) FILTER (WHERE NOT is_new AND NOT is_merged) AS carried,
       count(*) FILTER (WHERE NOT is_merged) AS handled,
       count(*) FILTER (WHERE is_closed AND NOT is_merged) AS closed,
       count(*) FILTER (WHERE is_closed AND NOT is_merged AND acts && %(closed_explained)s)
         AS closed_explained,
       count(*) FILTER (WHERE is_closed AND NOT is_merged AND acts && %(agreed)s) AS agreed,
       count(*) FILTER (WHERE is_closed IS NOT TRUE AND NOT is_merged) AS open,
       count(*) FILTER (WHERE is_closed IS NOT TRUE AND NOT is_merged AND queue_reason IS NOT NULL)
         AS unassigned,
       count(*) FILTER (WHERE NOT is_merged AND acts && %(suspended)s) AS suspended,
       count(*) FILTER (WHERE NOT is_merged AND acts && %(returned)s) AS returned,
       count(*) FILTER (WHERE NOT is_merged AND acts && %(reopened)s) AS reopened
FROM counted
GROUP BY GROUPING SETS ((grouped), ())
