INSERT INTO user_session (token_hash, user_id, csrf_token, expires_at)
VALUES (%(token_hash)s, %(user_id)s, %(csrf_token)s, now() + %(absolute_limit)s::interval)
