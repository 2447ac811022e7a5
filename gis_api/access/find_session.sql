-- One statement, one snapshot: the session and the revision it belongs to.
SELECT s.user_id, s.csrf_token, s.seen_at, s.expires_at,
       u.login, u.role, u.officer_id, u.must_change_password, u.area_cell_id,
       v.scope_key, v.code AS area_code, r.revision, today() AS day,
       coalesce((SELECT max(grid_version_id) FROM grid_version), 0) AS grid_version_id
FROM user_session s
JOIN app_user u USING (user_id)
CROSS JOIN access_revision r
LEFT JOIN cell_version v ON v.cell_id = u.area_cell_id AND v.valid @> today()
WHERE s.token_hash = %(token_hash)s
  AND s.expires_at > now()
  AND s.seen_at > now() - %(idle_limit)s::interval
  AND u.disabled_at IS NULL
