SELECT kind, cell_code, code, at
FROM event_outbox
WHERE access_key >= %(lo)s AND access_key < %(hi)s AND kind LIKE 'case.%%'
ORDER BY event_id DESC
LIMIT 12
