SELECT case_import_id, rows_done, finished_at FROM case_import
WHERE file_sha256 = %(file_sha256)s FOR UPDATE
