DELETE FROM import_row WHERE import_id = %(import_id)s
