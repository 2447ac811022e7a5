(%(actor)s::text IS NULL OR u.login = %(actor)s
       OR (a.actor_id = 0 AND %(actor)s = 'system'))
  AND (%(act)s::text IS NULL OR a.act = %(act)s)
  AND (%(object_kind)s::text IS NULL OR a.object_kind = %(object_kind)s)
  AND (%(object_id)s::text IS NULL OR a.object_id = %(object_id)s)
  AND (%(purpose)s::text IS NULL OR a.purpose = %(purpose)s)
  AND (%(from_on)s::date IS NULL
       OR a.at >= %(from_on)s::date::timestamp AT TIME ZONE 'Asia/Shanghai')
  AND (%(to_on)s::date IS NULL
       OR a.at < (%(to_on)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
