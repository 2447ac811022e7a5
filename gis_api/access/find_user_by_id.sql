SELECT u.user_id, u.login, u.role, u.officer_id, u.area_cell_id, v.scope_key,
       u.disabled_at IS NOT NULL AS is_disabled
FROM app_user u
LEFT JOIN cell_version v ON v.cell_id = u.area_cell_id AND v.valid @> today()
WHERE u.user_id = %(user_id)s
