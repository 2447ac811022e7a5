UPDATE api_token SET revoked_at = now(), revoked_by = %(revoked_by)s
WHERE user_id = %(user_id)s AND revoked_at IS NULL
