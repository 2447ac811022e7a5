SELECT r.service_request_id, r.kind, r.text, r.wanted_on, r.contact_name, r.contact_phone,
       r.state, r.registered_at, r.rev, r.cell_id, v.code AS cell_code, v.name AS cell_name,
       c.party_group_id, g.name AS group_name,
       coalesce(c.party_group_id = ANY ((SELECT led_group_ids())::bigint[]), false)
         OR r.service_request_id = ANY ((SELECT offered_request_ids())::bigint[]) AS is_for_me
FROM service_request r
LEFT JOIN cell_version v ON v.cell_id = r.cell_id AND v.valid @> today()
LEFT JOIN party_group_cell c ON c.cell_id = r.cell_id
LEFT JOIN party_group g ON g.party_group_id = c.party_group_id
WHERE (%(state)s::text IS NULL OR r.state = %(state)s)
  AND (%(request_id)s::bigint IS NULL OR r.service_request_id = %(request_id)s)
  AND (%(after)s::bigint IS NULL OR r.service_request_id < %(after)s)
ORDER BY r.service_request_id DESC
LIMIT %(limit)s
