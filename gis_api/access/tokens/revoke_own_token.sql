UPDATE api_token SET revoked_at = now(), revoked_by = %(user_id)s
WHERE api_token_id = %(api_token_id)s AND user_id = %(user_id)s AND revoked_at IS NULL
RETURNING user_id
