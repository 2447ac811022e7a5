SELECT * FROM import_run
WHERE kind = %(kind)s AND file_sha256 = %(file_sha256)s AND table_name = %(table_name)s
  AND started_by = %(started_by)s AND state IN ('uploaded', 'staging', 'staged', 'failed')
ORDER BY import_id DESC LIMIT 1
