INSERT INTO event_outbox (kind, cell_code, access_key)
SELECT 'grid.changed', NULL, key FROM unnest(%(keys)s::text[]) AS key ORDER BY key
