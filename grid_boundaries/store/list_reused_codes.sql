-- a code belongs to its cell for ever: new rows may take none that was given, others only their own
SELECT p.code
FROM publication p JOIN cell_code c USING (code)
WHERE p.cell_id IS DISTINCT FROM c.cell_id
ORDER BY p.code
