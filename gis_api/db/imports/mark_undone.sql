UPDATE import_batch SET undone_at = now(), undone_by = %(undone_by)s
WHERE import_batch_id = %(batch_id)s AND undone_at IS NULL
