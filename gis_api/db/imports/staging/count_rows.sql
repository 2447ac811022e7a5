SELECT count(*) FROM import_row WHERE import_id = %(import_id)s
