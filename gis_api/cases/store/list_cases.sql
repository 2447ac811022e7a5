SELECT c.case_id, c.code, c.kind, c.state, c.source, c.urgent, c.how, c.happened_on,
       c.registered_at, c.closed_on, c.queue_reason, c.rev, c.accuracy_m, c.place_kind,
       ST_X(ST_PointOnSurface(c.geom)) AS lng, ST_Y(ST_PointOnSurface(c.geom)) AS lat,
       v.code AS cell_code, v.name AS cell_name,
       p.kind AS post_kind, k.name_zh AS title_zh, k.name_en AS title_en,
       pv.code AS post_cell_code, pv.name AS post_cell_name,
       o.officer_id, o.duty_name, o.duty_phone,
       (SELECT min(clock.due_on) FROM case_clock clock
        WHERE clock.case_id = c.case_id AND clock.stopped_on IS NULL) AS due_on
FROM "case" c
LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN post p ON p.post_id = c.lead_post_id
LEFT JOIN post_kind k ON k.kind = p.kind
LEFT JOIN cell_version pv ON pv.cell_id = p.cell_id AND pv.valid @> today()
LEFT JOIN officer o ON o.officer_id = c.lead_officer_id
WHERE (%(code)s::text IS NULL OR c.code = %(code)s)
  AND
-- include case_filter
  AND (%(after_at)s::timestamptz IS NULL
       OR (c.registered_at, c.case_id) < (%(after_at)s, %(after_id)s))
ORDER BY c.registered_at DESC, c.case_id DESC
LIMIT %(limit)s
