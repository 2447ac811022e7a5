INSERT INTO import_before (import_batch_id, table_name, row_id, before, kept_for)
SELECT %(batch_id)s, {table_name}, t.{id}, jsonb_build_object({kept}), %(kept_for)s
FROM import_row r JOIN {table} t ON t.{id} = r.known_id
WHERE r.import_id = %(import_id)s AND r.fault IS NULL AND ({differs})
