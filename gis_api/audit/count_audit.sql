SELECT count(*)
FROM audit a
LEFT JOIN app_user u ON u.user_id = a.actor_id
WHERE
-- include audit_filter
