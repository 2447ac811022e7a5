INSERT INTO import_run (kind, file_name, file_sha256, file_bytes, table_name, started_by)
VALUES (%(kind)s, %(file_name)s, %(file_sha256)s, %(file_bytes)s, %(table_name)s, %(started_by)s)
RETURNING import_id
