INSERT INTO "case" (
  case_id, code, kind, source, state, urgent, happened_on, registered_at, registered_by, closed_on,
  place_kind, geom, accuracy_m, how, grid_version_id, cell_version_id, cell_id, scope_key,
  access_key, lead_post_id, lead_officer_id, queue_reason, respondent_kind, outcome, step_on,
  moved_at, why)
OVERRIDING SYSTEM VALUE
SELECT c.case_id, c.code, c.kind, c.source,
       CASE WHEN c.closed_on IS NULL THEN 'registered' ELSE 'closed' END,
       c.urgent, c.happened_on, c.registered_at, 0, c.closed_on, c.place_kind, c.geom,
       c.accuracy_m, located.how, %(grid_version_id)s, lead.cell_version_id, lead.cell_id,
       coalesce(lead.scope_key, '0'),
       CASE WHEN r.closed_rank IS NULL THEN coalesce(lead.scope_key, '0')
            ELSE coalesce((SELECT p.scope_key FROM demo_path p
                           WHERE p.case_id = c.case_id AND p.rank < r.closed_rank
                           ORDER BY p.rank DESC LIMIT 1), '0') END,
       r.post_id, r.officer_id, queued.reason, c.respondent_kind,
       -- by number, so that a demo is the same each time
       CASE WHEN c.closed_on IS NOT NULL THEN
         (ARRAY['agreement_oral', 'agreement_written', 'explained', 'explained', 'agreement_oral',
                'referred', 'unsettled'])[1 + c.case_id %% 7] END,
       c.closed_on,
       coalesce(c.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '17 hours 30 minutes',
                c.registered_at),
       jsonb_build_object(
         'case_kind', c.kind, 'how', located.how,
         'path', coalesce((SELECT jsonb_agg(jsonb_build_object(
                             'code', p.code, 'name', p.name, 'rank', p.rank) ORDER BY p.rank)
                           FROM demo_path p WHERE p.case_id = c.case_id), '[]'),
         'joint', '[]'::jsonb, 'runner_up', NULL, 'border_distance_m', NULL, 'lead_share', NULL,
         'accuracy_m', c.accuracy_m, 'grid_version_id', %(grid_version_id)s,
         'rule_id', CASE WHEN lead.cell_id IS NULL THEN NULL ELSE r.rule_id END,
         'post_kind', r.post_kind, 'post_cell_code', r.cell_code, 'queue_reason', queued.reason,
         'hidden_from', r.closed_code, 'skipped', r.skipped)
FROM demo_case c
JOIN demo_route r USING (case_id)
LEFT JOIN demo_path lead ON lead.case_id = c.case_id AND lead.is_lead
CROSS JOIN LATERAL (
  SELECT CASE WHEN lead.cell_id IS NULL THEN 'none' ELSE 'inside' END AS how) AS located
CROSS JOIN LATERAL (
  SELECT CASE WHEN c.geom IS NULL THEN 'no_position'
              WHEN lead.cell_id IS NULL THEN 'outside_grid'
              WHEN r.post_id IS NULL AND r.closed_rank = (SELECT min(rank) FROM grid_level)
                THEN 'respondent_at_top'
              WHEN r.post_id IS NULL THEN 'nobody_available' END AS reason) AS queued
ORDER BY c.case_id
