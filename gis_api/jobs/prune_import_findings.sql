DELETE FROM import_finding f
USING import_run i
WHERE i.import_id = f.import_id AND i.changed_at < now() - %(keep)s::interval
