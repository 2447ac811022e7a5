SELECT u.login, u.role, v.code AS area_code, v.name AS area_name, u.officer_id,
       u.is_demo, u.must_change_password, u.disabled_at IS NOT NULL AS is_disabled,
       coalesce(u.locked_until > now(), false) AS is_locked, u.created_at,
       (SELECT max(i.expires_at) FROM invitation i
        WHERE i.user_id = u.user_id AND i.used_at IS NULL AND i.cancelled_at IS NULL
          AND i.expires_at > now()) AS invited_until
FROM app_user u
LEFT JOIN cell_version v ON v.cell_id = u.area_cell_id AND v.valid @> today()
WHERE (scope_lo() = %(whole_lo)s AND scope_hi() = %(whole_hi)s)
   OR (v.scope_key >= scope_lo() AND v.scope_key < scope_hi())
ORDER BY u.disabled_at IS NOT NULL, u.login
LIMIT 10000
