SELECT * FROM import_run WHERE import_id = %(import_id)s FOR UPDATE
