SELECT r.row_number
FROM import_row r JOIN {table} t ON t.{id} = r.known_id
WHERE r.import_id = %(import_id)s AND r.fault IS NULL AND ({differs})
ORDER BY r.row_number LIMIT %(limit)s
