INSERT INTO oidc_identity (issuer, subject, user_id)
VALUES (%(issuer)s, %(subject)s, %(user_id)s) ON CONFLICT DO NOTHING
