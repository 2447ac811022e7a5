DELETE FROM import_before WHERE import_batch_id = %(batch_id)s
