SELECT case_import_id, row_count, rows_done, cases_added, rows_known, rows_queued, finished_at
FROM case_import WHERE file_sha256 = %(file_sha256)s
