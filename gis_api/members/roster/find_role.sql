SELECT user_id, role FROM app_user WHERE login = %(login)s AND disabled_at IS NULL
