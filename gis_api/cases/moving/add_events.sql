-- where it lies now, and, without saying where to, where it was seen before
INSERT INTO event_outbox (kind, cell_code, code, access_key)
SELECT 'case.moved', cell_code, code, access_key FROM moved_case WHERE seq IS NOT NULL
UNION ALL
SELECT 'case.left', NULL, code, old_access FROM moved_case
WHERE seq IS NOT NULL AND access_key <> old_access
ORDER BY 3, 1
