DELETE FROM user_session
WHERE expires_at < now() OR seen_at < now() - %(idle_limit)s::interval
