-- Cases registered in the days asked for or still open then; merged ones stand with their main.
SELECT c.code, (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date AS registered_on, c.source,
       k.name_zh AS kind_zh, k.name_en AS kind_en, w.name AS village, v.name AS cell,
       (SELECT p.name FROM case_party p WHERE p.case_id = c.case_id AND p.side = 'reporter'
        ORDER BY p.case_party_id LIMIT 1) AS reporter,
       g.represented, left(t.body, 120) AS summary, l.duty_name AS official,
       concat_ws(' ', pk.name_zh, o.duty_name) AS handler, c.state, clock.due_on, c.outcome,
       c.closed_on, c.settled_on, c.satisfaction, c.case_id
FROM "case" c
LEFT JOIN case_kind k ON k.kind = c.kind
LEFT JOIN case_text t ON t.case_id = c.case_id
LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN cell_version w ON w.valid @> today() AND w.scope_key = left(c.scope_key, (
  SELECT length(a.scope_key) FROM cell_version a
  JOIN grid_level gl ON gl.rank = a.rank AND gl.role = 'village'
  WHERE a.valid @> today() LIMIT 1))
LEFT JOIN case_collective g ON g.case_id = c.case_id
LEFT JOIN officer o ON o.officer_id = c.lead_officer_id
LEFT JOIN post p ON p.post_id = c.lead_post_id
LEFT JOIN post_kind pk ON pk.kind = p.kind
LEFT JOIN officer l ON l.officer_id = c.official_officer_id
LEFT JOIN LATERAL (
  SELECT min(x.due_on) AS due_on FROM case_clock x
  WHERE x.case_id = c.case_id AND x.stopped_on IS NULL) clock ON true
WHERE c.registered_at < %(to_on)s::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (c.closed_on IS NULL OR c.closed_on >= %(from_on)s
       OR c.registered_at >= %(from_on)s::timestamp AT TIME ZONE 'Asia/Shanghai')
  AND c.scope_key >= %(scope_lo)s AND c.scope_key < %(scope_hi)s
  AND NOT EXISTS (SELECT FROM case_link m WHERE m.case_id = c.case_id AND m.relation = 'same')
  AND (%(after)s::bigint IS NULL OR c.case_id > %(after)s)
ORDER BY c.case_id
LIMIT %(limit)s
