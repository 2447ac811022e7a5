DELETE FROM import_leftover WHERE kept_at < now() - %(keep)s::interval
