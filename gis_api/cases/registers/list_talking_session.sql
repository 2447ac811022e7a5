SELECT s.talking_session_id AS id, s.held_on, v.code AS cell_code, v.name AS cell_name, s.persons,
       s.matters, s.settled, s.note,
       s.struck_at IS NOT NULL AS is_struck, s.registered_by = %(actor_id)s AS is_own
FROM talking_session s
LEFT JOIN cell_version v ON v.cell_id = s.cell_id AND v.valid @> today()
WHERE (%(from_on)s::date IS NULL OR s.held_on >= %(from_on)s)
  AND (%(to_on)s::date IS NULL OR s.held_on <= %(to_on)s)
  AND (%(id)s::bigint IS NULL OR s.talking_session_id = %(id)s)
  AND (%(after)s::bigint IS NULL OR s.talking_session_id < %(after)s)
ORDER BY s.talking_session_id DESC
LIMIT %(limit)s
