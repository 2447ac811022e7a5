SELECT r.reception_id AS id, r.received_on, r.door, v.code AS cell_code, v.name AS cell_name,
       r.persons, r.kind, r.outcome, r.passed_to, c.code AS case_code, r.note, r.closing,
       r.closed_on, r.talking_session_id, k.name_zh AS title_zh, k.name_en AS title_en, r.rev,
       r.struck_at IS NOT NULL AS is_struck, r.registered_by = %(actor_id)s AS is_own
FROM reception r
LEFT JOIN cell_version v ON v.cell_id = r.cell_id AND v.valid @> today()
LEFT JOIN post p ON p.post_id = r.post_id
LEFT JOIN post_kind k ON k.kind = p.kind
LEFT JOIN "case" c ON c.case_id = r.case_id
WHERE (%(from_on)s::date IS NULL OR r.received_on >= %(from_on)s)
  AND (%(to_on)s::date IS NULL OR r.received_on <= %(to_on)s)
  AND (%(id)s::bigint IS NULL OR r.reception_id = %(id)s)
  AND (%(after)s::bigint IS NULL OR r.reception_id < %(after)s)
ORDER BY r.reception_id DESC
LIMIT %(limit)s
