DELETE FROM import_before b
USING import_batch i
WHERE i.import_batch_id = b.import_batch_id AND i.committed_at < now() - %(keep)s::interval
