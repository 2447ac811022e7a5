SELECT ceil(extract(epoch FROM locked_until - now()))::integer AS retry_after_s
FROM app_user WHERE login = %(login)s AND locked_until > now()
