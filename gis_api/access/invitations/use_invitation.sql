UPDATE invitation i SET used_at = now() FROM app_user u
WHERE i.token_hash = %(token_hash)s AND i.used_at IS NULL AND i.cancelled_at IS NULL
  AND i.expires_at > now() AND u.user_id = i.user_id AND u.disabled_at IS NULL
RETURNING i.user_id
