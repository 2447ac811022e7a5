-- Counts the attempt before the password is looked at, so that many at once count as many.
-- No row: unknown, or locked.
UPDATE app_user SET
  failed_logins = CASE WHEN locked_until IS NULL THEN failed_logins + 1 ELSE 1 END,
  locked_until = CASE
    WHEN (CASE WHEN locked_until IS NULL THEN failed_logins + 1 ELSE 1 END) >= %(attempts)s
    THEN now() + %(lock_time)s::interval END
WHERE login = %(login)s AND (locked_until IS NULL OR locked_until <= now())
RETURNING user_id, password_hash, disabled_at IS NOT NULL AS is_disabled
