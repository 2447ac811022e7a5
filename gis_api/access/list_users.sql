SELECT u.user_id, u.login, u.role, v.code AS area_code, v.name AS area_name, u.is_demo,
       u.must_change_password, u.disabled_at IS NOT NULL AS is_disabled,
       coalesce(u.locked_until > now(), false) AS is_locked, u.created_at
FROM app_user u
LEFT JOIN cell_version v ON v.cell_id = u.area_cell_id AND v.valid @> today()
ORDER BY u.login
