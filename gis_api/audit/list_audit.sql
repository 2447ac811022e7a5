SELECT a.audit_id, a.at, a.actor_id, u.login AS actor, a.act, a.object_kind, a.object_id,
       a.row_count, a.purpose, a.detail, w.audit_id IS NULL AS is_sealed
FROM audit a
LEFT JOIN app_user u ON u.user_id = a.actor_id
LEFT JOIN audit_unsealed w ON w.audit_id = a.audit_id
WHERE
-- include audit_filter
  AND (%(before_id)s::bigint IS NULL OR a.audit_id < %(before_id)s)
ORDER BY a.audit_id DESC
LIMIT %(limit)s
