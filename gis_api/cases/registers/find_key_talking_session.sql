SELECT talking_session_id AS id, body_hash FROM talking_session
WHERE registered_by = %(registered_by)s AND request_key = %(request_key)s
