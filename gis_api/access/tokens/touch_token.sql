UPDATE api_token SET last_used_at = now()
WHERE token_hash = %(token_hash)s
  AND coalesce(last_used_at, '-infinity') < now() - interval '30 seconds'
