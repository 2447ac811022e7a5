WITH opened AS MATERIALIZED (
  SELECT case_id, state, moved_at, registered_at, lead_post_id, lead_officer_id
  FROM "case" WHERE closed_on IS NULL
), holding AS MATERIALIZED (
  SELECT DISTINCT post_id, officer_id FROM post_holding WHERE valid @> today()
), held AS MATERIALIZED (
  SELECT case_id, begun_on FROM case_overlay WHERE overlay = 'suspended' AND ended_on IS NULL
), found (case_id, reason, since_on) AS MATERIALIZED (
  SELECT o.case_id, 'no_officer', (o.moved_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM opened o
  LEFT JOIN holding h ON h.post_id = o.lead_post_id AND h.officer_id = o.lead_officer_id
  WHERE h.post_id IS NULL
  UNION ALL
  SELECT o.case_id, 'no_movement', (o.moved_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM opened o LEFT JOIN held USING (case_id)
  WHERE held.case_id IS NULL AND o.moved_at < now() - make_interval(days => %(no_movement)s)
  UNION ALL
  SELECT o.case_id, 'stuck', (o.moved_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM opened o
  WHERE o.moved_at < now() - make_interval(days => CASE
    WHEN o.state IN ('assigned', 'forwarded') THEN %(not_signed)s
    WHEN o.state = 'registered' THEN %(not_accepted_yet)s
    WHEN o.state IN ('agreement', 'decision', 'referred') THEN %(not_closed)s
    ELSE 100000 END)
  UNION ALL
  SELECT case_id, 'suspended_long', begun_on FROM held
  WHERE begun_on < today() - %(suspended_long)s
  UNION ALL
  SELECT case_id, 'past_due', min(due_on) FROM case_clock
  WHERE stopped_on IS NULL AND due_on < today() GROUP BY case_id
  UNION ALL
  SELECT case_id, 'due_soon', min(warn_on) FROM case_clock
  WHERE stopped_on IS NULL AND due_on >= today() AND warn_on <= today() GROUP BY case_id
  UNION ALL
  SELECT p.case_id, 'performance_due', min(p.due_on) FROM case_performance p
  JOIN case_agreement a ON a.case_agreement_id = p.case_agreement_id AND a.replaced_on IS NULL
  WHERE p.done_on IS NULL AND p.due_on < today() GROUP BY p.case_id
  UNION ALL
  SELECT case_id, 'unanswered', min(due_on) FROM case_document
  WHERE answered_on IS NULL AND due_on < today() GROUP BY case_id
  UNION ALL
  SELECT case_id, 'not_followed_up', closed_on FROM "case"
  WHERE state = 'closed' AND outcome IN ('agreement_written', 'agreement_oral')
    AND closed_on < today() - %(not_followed_up)s
), known AS MATERIALIZED (
  -- as it was: what is being added must not be looked at, however often.  Nobody else adds: the
  -- sweep is held by one lock
  SELECT case_id, reason FROM case_attention
), gone AS (
  DELETE FROM case_attention a
  WHERE NOT EXISTS (SELECT FROM found f WHERE f.case_id = a.case_id AND f.reason = a.reason)
  RETURNING a.case_id
), added AS (
  INSERT INTO case_attention (case_id, reason, since_on)
  SELECT f.case_id, f.reason, f.since_on FROM found f
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.case_id = f.case_id AND k.reason = f.reason)
  ORDER BY f.case_id
  RETURNING case_id, reason
), pressing AS MATERIALIZED (
  -- one message a case, of what presses most
  SELECT DISTINCT ON (a.case_id) c.lead_officer_id AS officer_id, a.case_id, a.reason
  FROM added a JOIN "case" c USING (case_id)
  WHERE c.lead_officer_id IS NOT NULL
  ORDER BY a.case_id, array_position(%(urgency)s::text[], a.reason)
), busy AS MATERIALIZED (
  SELECT officer_id, count(*) AS cases FROM pressing GROUP BY officer_id
), told AS (
  -- who has many at once is told once: the list says which
  INSERT INTO notification (officer_id, case_id, kind)
  SELECT officer_id, p.case_id, 'case.' || p.reason
  FROM pressing p JOIN busy b USING (officer_id) WHERE b.cases <= %(told_singly)s
  UNION ALL
  SELECT officer_id, NULL, 'cases.many' FROM busy WHERE cases > %(told_singly)s
)
SELECT (SELECT count(*) FROM added) AS found, (SELECT count(*) FROM gone) AS cleared,
       (SELECT count(*) FROM found) AS listed
