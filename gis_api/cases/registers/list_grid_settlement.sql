SELECT s.grid_settlement_id AS id, s.settled_on, v.code AS cell_code, v.name AS cell_name, s.kind,
       s.way, s.persons, s.note,
       s.struck_at IS NOT NULL AS is_struck, s.registered_by = %(actor_id)s AS is_own
FROM grid_settlement s
LEFT JOIN cell_version v ON v.cell_id = s.cell_id AND v.valid @> today()
WHERE (%(from_on)s::date IS NULL OR s.settled_on >= %(from_on)s)
  AND (%(to_on)s::date IS NULL OR s.settled_on <= %(to_on)s)
  AND (%(id)s::bigint IS NULL OR s.grid_settlement_id = %(id)s)
  AND (%(after)s::bigint IS NULL OR s.grid_settlement_id < %(after)s)
ORDER BY s.grid_settlement_id DESC
LIMIT %(limit)s
