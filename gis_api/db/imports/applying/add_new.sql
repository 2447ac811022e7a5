INSERT INTO {table} (import_batch_id, {columns})
SELECT %(batch_id)s, {values}
FROM import_row r
WHERE r.import_id = %(import_id)s AND r.fault IS NULL AND r.known_id IS NULL
