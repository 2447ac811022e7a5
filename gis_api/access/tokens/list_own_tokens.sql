SELECT t.api_token_id, u.login, t.name, t.verbs, v.code AS area_code, t.created_at, t.expires_at,
       t.last_used_at, t.revoked_at,
       CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
            WHEN u.disabled_at IS NOT NULL THEN 'account_disabled'
            WHEN t.expires_at <= now() THEN 'expired'
            ELSE 'valid' END AS state
FROM api_token t
JOIN app_user u USING (user_id)
LEFT JOIN cell_version v ON v.cell_id = t.area_cell_id AND v.valid @> today()
WHERE t.user_id = %(user_id)s
ORDER BY t.api_token_id
LIMIT 200
