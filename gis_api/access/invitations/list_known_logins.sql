SELECT login FROM app_user WHERE login = ANY(%(logins)s)
