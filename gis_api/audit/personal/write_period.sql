INSERT INTO retention_period (rule, after_days, set_by)
VALUES (%(rule)s, %(after_days)s, %(set_by)s)
ON CONFLICT (rule) DO UPDATE
SET after_days = excluded.after_days, set_by = excluded.set_by, set_at = now()
