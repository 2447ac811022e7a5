SELECT schemaname, sequencename, coalesce(last_value, -1)
FROM pg_sequences
WHERE schemaname NOT LIKE 'pg\_%%'
ORDER BY schemaname COLLATE "C", sequencename COLLATE "C"
