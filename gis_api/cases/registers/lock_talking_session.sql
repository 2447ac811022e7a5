SELECT talking_session_id AS id, registered_by, struck_at FROM talking_session
WHERE talking_session_id = %(id)s FOR UPDATE
