DELETE FROM import_finding WHERE import_id = %(import_id)s
