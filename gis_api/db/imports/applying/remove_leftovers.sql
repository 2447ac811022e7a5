DELETE FROM import_leftover WHERE import_batch_id = %(batch_id)s
