INSERT INTO invitation (token_hash, user_id, created_by, expires_at)
VALUES (%(token_hash)s, %(user_id)s, %(created_by)s, now() + %(life)s::interval)
RETURNING expires_at
