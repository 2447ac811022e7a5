SELECT import_batch_id, grid_version_id, committed_at
FROM import_batch
WHERE kind = %(kind)s AND file_sha256 = %(file_sha256)s AND options = %(options)s
  AND undone_at IS NULL
