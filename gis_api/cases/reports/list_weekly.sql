-- Open cases that the weekly meeting looks at, with every reason; worst first.
SELECT * FROM (
  SELECT c.code, c.kind, c.state, v.code AS cell_code, v.name AS cell_name, c.urgent,
         (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date AS registered_on,
         (c.moved_at AT TIME ZONE 'Asia/Shanghai')::date AS moved_on, clock.due_on,
         o.duty_name AS handler,
         array_remove(ARRAY[
           CASE WHEN clock.due_on < today() THEN 'late' END,
           CASE WHEN clock.due_on >= today() AND clock.due_on < today() + 7 THEN 'due_soon' END,
           CASE WHEN c.lead_officer_id IS NULL THEN 'unassigned' END,
           CASE WHEN c.moved_at < now() - interval '14 days' THEN 'no_movement' END,
           CASE WHEN EXISTS (SELECT FROM case_overlay x WHERE x.case_id = c.case_id
                               AND x.ended_on IS NULL AND x.overlay = 'suspended')
             THEN 'suspended' END,
           CASE WHEN EXISTS (SELECT FROM case_overlay x WHERE x.case_id = c.case_id
                               AND x.ended_on IS NULL AND x.overlay IN ('supervised', 'escalated'))
             THEN 'supervised' END,
           CASE WHEN g.represented >= 5 THEN 'many_people' END], NULL) AS reasons
  FROM "case" c
  LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
  LEFT JOIN case_collective g ON g.case_id = c.case_id
  LEFT JOIN officer o ON o.officer_id = c.lead_officer_id
  LEFT JOIN LATERAL (
    SELECT min(k.due_on) AS due_on FROM case_clock k
    WHERE k.case_id = c.case_id AND k.stopped_on IS NULL) clock ON true
  WHERE c.closed_on IS NULL AND c.scope_key >= %(scope_lo)s AND c.scope_key < %(scope_hi)s
) found
WHERE cardinality(reasons) > 0
ORDER BY due_on NULLS LAST, code
LIMIT %(limit)s
