SELECT * FROM import_run
WHERE started_by = actor_id()
ORDER BY import_id DESC LIMIT %(limit)s
