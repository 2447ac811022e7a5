UPDATE {table} t SET {values}
FROM import_row r
WHERE r.import_id = %(import_id)s AND r.fault IS NULL AND t.{id} = r.known_id AND ({differs})
