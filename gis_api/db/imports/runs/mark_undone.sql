UPDATE import_run SET state = 'undone', changed_at = now(), rev = rev + 1
WHERE import_batch_id = %(batch_id)s AND state = 'committed'
