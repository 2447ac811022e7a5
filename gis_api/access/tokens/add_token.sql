INSERT INTO api_token (token_hash, user_id, name, verbs, area_cell_id, created_by, expires_at)
VALUES (%(token_hash)s, %(user_id)s, %(name)s, %(verbs)s, %(area_cell_id)s, %(created_by)s,
        now() + %(life)s::interval)
RETURNING api_token_id, expires_at
