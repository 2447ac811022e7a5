SELECT n.shift_note_id, v.code AS cell_code, n.written_at, w.login AS written_by, n.body,
       n.open_items, n.taken_at, t.login AS taken_by
FROM shift_note n
JOIN app_user w ON w.user_id = n.written_by
LEFT JOIN app_user t ON t.user_id = n.taken_by
LEFT JOIN cell_version v ON v.cell_id = n.cell_id AND v.valid @> today()
WHERE %(before)s::bigint IS NULL OR n.shift_note_id < %(before)s
ORDER BY n.shift_note_id DESC LIMIT %(limit)s
