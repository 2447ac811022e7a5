SELECT rolname FROM pg_roles
WHERE rolname LIKE 'wangge\_%%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
ORDER BY rolname COLLATE "C"
