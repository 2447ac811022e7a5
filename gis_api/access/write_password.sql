UPDATE app_user SET password_hash = %(password_hash)s,
  must_change_password = %(must_change_password)s, failed_logins = 0, locked_until = NULL
WHERE user_id = %(user_id)s
