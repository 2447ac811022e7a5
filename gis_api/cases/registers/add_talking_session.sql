INSERT INTO talking_session (held_on, cell_id, scope_key, persons, matters, settled, note,
                             request_key, body_hash, registered_by)
SELECT coalesce(%(held_on)s::date, today()), v.cell_id, v.scope_key, %(persons)s, %(matters)s,
       %(settled)s, %(note)s, %(request_key)s, %(body_hash)s, %(registered_by)s
FROM cell_version v
WHERE v.code = %(cell_code)s AND v.valid @> today()
  AND v.scope_key >= scope_lo() AND v.scope_key < scope_hi()
ON CONFLICT (registered_by, request_key) DO NOTHING
RETURNING talking_session_id AS id
