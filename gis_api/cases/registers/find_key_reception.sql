SELECT reception_id AS id, body_hash FROM reception
WHERE registered_by = %(registered_by)s AND request_key = %(request_key)s
