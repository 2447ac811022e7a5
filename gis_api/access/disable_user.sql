UPDATE app_user SET disabled_at = coalesce(disabled_at, now()) WHERE login = %(login)s
RETURNING user_id
