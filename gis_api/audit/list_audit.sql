SELECT a.audit_id, a.at, a.actor_id, u.login AS actor, a.act, a.object_kind, a.object_id,
       a.row_count, a.purpose, a.detail, w.audit_id IS NULL AS is_sealed
FROM audit a
LEFT JOIN app_user u ON u.user_id = a.actor_id
LEFT JOIN audit_unsealed w ON w.audit_id = a.audit_id
WHERE (%(actor)s::text IS NULL OR u.login = %(actor)s
       OR (a.actor_id = 0 AND %(actor)s = 'system'))
  AND (%(act)s::text IS NULL OR a.act = %(act)s)
  AND (%(object_kind)s::text IS NULL OR a.object_kind = %(object_kind)s)
  AND (%(object_id)s::text IS NULL OR a.object_id = %(object_id)s)
  AND (%(purpose)s::text IS NULL OR a.purpose = %(purpose)s)
  AND (%(from_on)s::date IS NULL
       OR a.at >= %(from_on)s::date::timestamp AT TIME ZONE 'Asia/Shanghai')
  AND (%(to_on)s::date IS NULL
       OR a.at < (%(to_on)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
  AND (%(before_id)s::bigint IS NULL OR a.audit_id < %(before_id)s)
ORDER BY a.audit_id DESC
LIMIT %(limit)s
