-- the rules of gis_api.cases.routing for a whole history at once: rule, deputies, then the ladder;
-- of several free holders the lowest officer id, since past loads are not known
CREATE TEMPORARY TABLE demo_route ON COMMIT DROP AS
WITH rule AS (
  SELECT DISTINCT ON (k.kind) k.kind, r.routing_rule_id, r.post_kind, r.post_rank,
         (SELECT l.position FROM post_ladder l
          WHERE l.post_kind = r.post_kind AND l.post_rank = r.post_rank) AS rung
  FROM case_kind k
  JOIN routing_rule r ON coalesce(r.case_kind, k.kind) = k.kind
  ORDER BY k.kind, r.position
), step AS (
  SELECT kind, routing_rule_id, 0 AS step, post_kind, post_rank FROM rule
  UNION ALL
  SELECT r.kind, r.routing_rule_id, l.position, l.post_kind, l.post_rank
  FROM rule r
  JOIN post_ladder l ON l.position > coalesce(r.rung, 0) AND l.post_rank <= r.post_rank
   AND (l.post_kind, l.post_rank) <> (r.post_kind, r.post_rank)
), closed AS (
  SELECT c.case_id, p.rank AS from_rank, p.cell_id, p.code
  FROM demo_case c
  JOIN demo_path p USING (case_id)
  WHERE (c.respondent_kind = 'village_committee'
         AND p.rank = (SELECT rank FROM grid_level WHERE role = 'village'))
     OR (c.respondent_kind = 'post_holder'
         AND p.rank = (SELECT max(rank) - 1 FROM grid_level WHERE rank > 1))
), candidate AS (
  SELECT c.case_id, s.step, k.is_deputy, p.code AS cell_code, p.rank, post.post_id,
         CASE WHEN k.is_deputy THEN 'deputy' ELSE s.post_kind END AS post_kind,
         o.officer_id, s.routing_rule_id,
         CASE
           WHEN p.rank >= x.from_rank THEN 'respondent'
           WHEN o.officer_id IS NULL THEN 'vacant'
           WHEN o.household_id = c.household_id THEN 'recusal'
           WHEN EXISTS (SELECT FROM officer_leave l
                        WHERE l.officer_id = o.officer_id
                          AND l.during @> (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date)
             THEN 'on_leave'
         END AS reason
  FROM demo_case c
  JOIN step s USING (kind)
  JOIN demo_path p ON p.case_id = c.case_id AND p.rank = s.post_rank
  LEFT JOIN closed x ON x.case_id = c.case_id
  CROSS JOIN (VALUES (false), (true)) AS k(is_deputy)
  LEFT JOIN post ON post.cell_id = p.cell_id
   AND post.kind = CASE WHEN k.is_deputy THEN 'deputy' ELSE s.post_kind END
  LEFT JOIN post_holding h ON h.post_id = post.post_id
   AND h.valid @> (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date
  LEFT JOIN officer o ON o.officer_id = h.officer_id
  WHERE NOT k.is_deputy OR (post.post_id IS NOT NULL AND p.rank >= x.from_rank IS NOT TRUE)
), taken AS (
  SELECT DISTINCT ON (case_id) * FROM candidate WHERE reason IS NULL
  ORDER BY case_id, step, is_deputy, officer_id
), passed_over AS (
  SELECT n.case_id, jsonb_agg(
           jsonb_build_object(
             'post_kind', n.post_kind, 'rank', n.rank, 'cell_code', n.cell_code,
             'reason', n.reason, 'post_id', n.post_id, 'officer_id', n.officer_id)
           ORDER BY n.step, n.is_deputy, n.post_id, n.officer_id) AS skipped
  FROM candidate n
  LEFT JOIN taken t USING (case_id)
  WHERE n.reason IS NOT NULL
    AND (t.case_id IS NULL OR (n.step, n.is_deputy) <= (t.step, t.is_deputy))
  GROUP BY n.case_id
)
SELECT c.case_id, coalesce(t.routing_rule_id, r.routing_rule_id) AS rule_id, t.post_id,
       t.officer_id, t.post_kind, t.cell_code, coalesce(s.skipped, '[]') AS skipped,
       x.from_rank AS closed_rank, x.cell_id AS closed_cell_id, x.code AS closed_code
FROM demo_case c
JOIN rule r USING (kind)
LEFT JOIN taken t USING (case_id)
LEFT JOIN passed_over s USING (case_id)
LEFT JOIN closed x USING (case_id)
