UPDATE import_run SET state = 'cancelled', rev = rev + 1
WHERE state IN ('uploaded', 'staging', 'staged', 'failed')
  AND changed_at < now() - %(keep)s::interval
