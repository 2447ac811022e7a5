UPDATE app_user SET failed_logins = 0, locked_until = NULL WHERE user_id = %(user_id)s
