INSERT INTO reception (received_on, door, cell_id, scope_key, post_id, talking_session_id, persons,
                       kind, outcome, passed_to, case_id, note, request_key, body_hash,
                       registered_by)
SELECT coalesce(%(received_on)s::date, today()), %(door)s, v.cell_id, v.scope_key, %(post_id)s,
       %(talking_session_id)s, %(persons)s, %(kind)s, %(outcome)s, %(passed_to)s, %(case_id)s,
       %(note)s, %(request_key)s, %(body_hash)s, %(registered_by)s
FROM cell_version v
WHERE v.code = %(cell_code)s AND v.valid @> today()
  AND v.scope_key >= scope_lo() AND v.scope_key < scope_hi()
ON CONFLICT (registered_by, request_key) DO NOTHING
RETURNING reception_id AS id
