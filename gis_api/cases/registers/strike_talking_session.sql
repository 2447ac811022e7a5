UPDATE talking_session SET struck_at = now()
WHERE talking_session_id = %(id)s AND struck_at IS NULL
