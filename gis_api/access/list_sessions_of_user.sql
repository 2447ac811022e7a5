-- The handle names a session to its owner; the token cannot be had from it.
SELECT encode(substring(sha256(token_hash) FROM 1 FOR 12), 'hex') AS handle,
       created_at AS began_at, seen_at, expires_at,
       token_hash = %(own_token_hash)s::bytea AS is_this
FROM user_session
WHERE user_id = %(user_id)s
  AND expires_at > now()
  AND seen_at > now() - %(idle_limit)s::interval
ORDER BY is_this DESC, seen_at DESC, handle
