INSERT INTO grid_settlement (settled_on, cell_id, scope_key, kind, way, persons, note, request_key,
                             body_hash, registered_by)
SELECT coalesce(%(settled_on)s::date, today()), v.cell_id, v.scope_key, %(kind)s, %(way)s,
       %(persons)s, %(note)s, %(request_key)s, %(body_hash)s, %(registered_by)s
FROM cell_version v
WHERE (v.code = %(cell_code)s OR v.cell_id = %(cell_id)s) AND v.valid @> today()
  AND v.scope_key >= scope_lo() AND v.scope_key < scope_hi()
ON CONFLICT (registered_by, request_key) DO NOTHING
RETURNING grid_settlement_id AS id
