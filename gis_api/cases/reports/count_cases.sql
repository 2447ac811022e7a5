-- Cases that a period touches, grouped; total in the row without a group.
WITH bounds AS (
  SELECT %(from_on)s::timestamp AT TIME ZONE 'Asia/Shanghai' AS from_at,
         %(to_on)s::timestamp AT TIME ZONE 'Asia/Shanghai' AS to_at
), touched AS (
  SELECT c.case_id, c.urgent, c.queue_reason, c.closed_on, c.outcome, c.settled_on,
         CASE %(dimension)s WHEN 'kind' THEN c.kind WHEN 'source' THEN c.source
              ELSE left(c.scope_key, %(group_length)s) END AS grouped,
         c.registered_at >= b.from_at AS is_new,
         c.closed_on < %(to_on)s AS is_closed,
         EXISTS (SELECT FROM case_link l WHERE l.case_id = c.case_id AND l.relation = 'same'
                   AND l.linked_at < b.to_at) AS is_merged,
         EXISTS (SELECT FROM case_overlay o WHERE o.case_id = c.case_id
                   AND o.overlay = 'suspended' AND o.begun_on < %(to_on)s
                   AND (o.ended_on IS NULL OR o.ended_on >= %(from_on)s)) AS was_suspended,
         EXISTS (SELECT FROM case_clock k WHERE k.case_id = c.case_id AND k.due_on < %(to_on)s
                   AND (k.stopped_on IS NULL OR k.stopped_on >= %(to_on)s)) AS is_late,
         acts.acts
  FROM "case" c
  CROSS JOIN bounds b
  LEFT JOIN (
    SELECT h.case_id, array_agg(DISTINCT h.act) AS acts
    FROM case_history h
    CROSS JOIN LATERAL (
      -- the day it was done, which is before the day it was written down in a late entry
      SELECT coalesce((h.detail ->> 'on')::date, (h.at AT TIME ZONE 'Asia/Shanghai')::date) AS done_on
    ) day
    WHERE h.act = ANY (%(acts)s) AND day.done_on >= %(from_on)s AND day.done_on < %(to_on)s
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
       count(*) FILTER (WHERE is_closed AND NOT is_merged AND outcome = 'explained')
         AS closed_explained,
       count(*) FILTER (WHERE is_closed AND NOT is_merged
                          AND outcome IN ('agreement_written', 'agreement_oral')) AS agreed,
       count(*) FILTER (WHERE is_closed AND NOT is_merged AND outcome = 'withdrawn') AS withdrawn,
       count(*) FILTER (WHERE is_closed AND NOT is_merged AND settled_on < %(to_on)s) AS settled,
       count(*) FILTER (WHERE is_closed IS NOT TRUE AND NOT is_merged) AS open,
       count(*) FILTER (WHERE is_closed IS NOT TRUE AND NOT is_merged AND queue_reason IS NOT NULL)
         AS unassigned,
       count(*) FILTER (WHERE is_closed IS NOT TRUE AND NOT is_merged AND is_late) AS late,
       count(*) FILTER (WHERE NOT is_merged AND was_suspended) AS suspended,
       count(*) FILTER (WHERE NOT is_merged AND acts && %(returned)s) AS returned,
       count(*) FILTER (WHERE NOT is_merged AND acts && %(reopened)s) AS reopened
FROM counted
GROUP BY GROUPING SETS ((grouped), ())
