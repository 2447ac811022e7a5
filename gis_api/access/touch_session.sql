UPDATE user_session SET seen_at = now()
WHERE token_hash = %(token_hash)s AND seen_at < now() - interval '30 seconds'
