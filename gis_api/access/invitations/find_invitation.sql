SELECT i.user_id, u.login FROM invitation i JOIN app_user u USING (user_id)
WHERE i.token_hash = %(token_hash)s AND i.used_at IS NULL AND i.cancelled_at IS NULL
  AND i.expires_at > now() AND u.disabled_at IS NULL
