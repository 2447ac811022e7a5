-- One statement, one snapshot: the token, its account and the revision they belong to.
SELECT t.api_token_id, t.verbs, t.expires_at, t.area_cell_id AS token_cell_id,
       tv.scope_key AS token_scope_key,
       coalesce(t.last_used_at, t.created_at) AS seen_at,
       u.user_id, u.login, u.role, u.officer_id, u.must_change_password, u.area_cell_id,
       v.scope_key, coalesce(tv.code, v.code) AS area_code, r.revision, today() AS day,
       coalesce((SELECT max(grid_version_id) FROM grid_version), 0) AS grid_version_id
FROM api_token t
JOIN app_user u USING (user_id)
CROSS JOIN access_revision r
LEFT JOIN cell_version v ON v.cell_id = u.area_cell_id AND v.valid @> today()
LEFT JOIN cell_version tv ON tv.cell_id = t.area_cell_id AND tv.valid @> today()
WHERE t.token_hash = %(token_hash)s
  AND t.revoked_at IS NULL
  AND t.expires_at > now()
  AND u.disabled_at IS NULL
