UPDATE case_import SET rows_queued = (
  SELECT count(*) FROM case_import_queue q WHERE q.case_import_id = %(case_import_id)s)
WHERE case_import_id = %(case_import_id)s
