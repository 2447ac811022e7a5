DELETE FROM user_session
WHERE user_id = %(user_id)s AND token_hash IS DISTINCT FROM %(keep_token_hash)s::bytea
