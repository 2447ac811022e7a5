SELECT talking_session_id FROM talking_session WHERE talking_session_id = %(talking_session_id)s
