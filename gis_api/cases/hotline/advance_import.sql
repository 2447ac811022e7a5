UPDATE case_import
SET rows_done = %(rows_done)s, cases_added = cases_added + %(added)s,
    rows_known = rows_known + %(known)s,
    finished_at = CASE WHEN %(is_last)s THEN now() END
WHERE case_import_id = %(case_import_id)s
