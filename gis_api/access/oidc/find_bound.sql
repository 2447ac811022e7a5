SELECT i.subject, i.user_id, u.disabled_at IS NOT NULL AS is_disabled
FROM oidc_identity i JOIN app_user u USING (user_id)
WHERE i.issuer = %(issuer)s AND (i.subject = %(subject)s OR u.login = %(login)s)
