DELETE FROM idempotency_key WHERE created_at < now() - %(keep)s::interval
