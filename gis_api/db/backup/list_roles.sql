-- Roles that own something or hold a right here; the administrator's own account is not ours.
SELECT rolname, rolcanlogin
FROM pg_roles
WHERE rolname LIKE 'wangge\_%%'
ORDER BY rolname COLLATE "C"
