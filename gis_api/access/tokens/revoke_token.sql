UPDATE api_token t SET revoked_at = now(), revoked_by = %(revoked_by)s
FROM app_user u
LEFT JOIN cell_version uv ON uv.cell_id = u.area_cell_id AND uv.valid @> today()
WHERE t.api_token_id = %(api_token_id)s AND t.user_id = u.user_id AND t.revoked_at IS NULL
  AND ((scope_lo() = %(whole_lo)s AND scope_hi() = %(whole_hi)s)
       OR (uv.scope_key >= scope_lo() AND uv.scope_key < scope_hi()))
RETURNING t.user_id
