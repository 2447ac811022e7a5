SELECT grid_settlement_id AS id, body_hash FROM grid_settlement
WHERE registered_by = %(registered_by)s AND request_key = %(request_key)s
