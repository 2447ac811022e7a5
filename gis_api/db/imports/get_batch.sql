SELECT import_batch_id, kind, row_count, added_count, changed_count, left_out_count, committed_at,
       undone_at
FROM import_batch WHERE import_batch_id = %(batch_id)s
