SELECT q.row_number, q.reasons, q.settled_at
FROM case_import_queue q
WHERE q.case_import_id = %(case_import_id)s ORDER BY q.row_number
