-- 台账: nobody who reported or is a party is joined here
SELECT c.code, k.name_zh AS kind, c.source, c.state, c.urgent, c.happened_on,
       (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date AS registered_on, c.closed_on,
       v.code AS cell_code, v.name AS cell_name, pk.name_zh AS post,
       CASE WHEN %(work_data)s THEN o.duty_name
            ELSE left(o.duty_name, 1) || repeat('*', greatest(length(o.duty_name) - 1, 1))
       END AS duty_name,
       ST_AsBinary(ST_PointOnSurface(c.geom)) AS wkb
FROM "case" c
JOIN case_kind k ON k.kind = c.kind
LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN post p ON p.post_id = c.lead_post_id
LEFT JOIN post_kind pk ON pk.kind = p.kind
LEFT JOIN officer o ON o.officer_id = c.lead_officer_id
WHERE (%(kinds)s::text[] IS NULL OR c.kind = ANY (%(kinds)s::text[]))
  AND (%(state)s::text IS NULL OR c.state = %(state)s)
  AND (%(open)s::boolean IS NULL OR (c.closed_on IS NULL) = %(open)s)
  AND (%(queue)s::boolean IS NULL OR (c.queue_reason IS NOT NULL) = %(queue)s)
  AND (%(from_on)s::date IS NULL OR c.happened_on >= %(from_on)s)
  AND (%(to_on)s::date IS NULL OR c.happened_on <= %(to_on)s)
  AND (%(west)s::float8 IS NULL
       -- one without a place waits in the queue, wherever one looks
       OR (%(queue)s AND c.geom IS NULL)
       OR c.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
  AND (%(due)s::text IS NULL OR (c.closed_on IS NULL AND EXISTS (
    SELECT FROM case_clock clock
    WHERE clock.case_id = c.case_id AND clock.stopped_on IS NULL
      AND CASE WHEN %(due)s = 'late' THEN clock.due_on < today()
               ELSE clock.due_on BETWEEN today() AND today() + 3 END)))
  -- a ring that crosses itself holds what its turns enclose an odd number of times
  AND (%(ring)s::text IS NULL
       OR ST_Covers(ST_MakeValid(ST_GeomFromText(%(ring)s, 4490)), ST_PointOnSurface(c.geom)))
  AND (%(area_lo)s::text IS NULL OR (c.scope_key >= %(area_lo)s AND c.scope_key < %(area_hi)s))
ORDER BY c.registered_at DESC, c.case_id DESC
