INSERT INTO cell_code (code, cell_id)
SELECT code, cell_id FROM publication
ON CONFLICT (code) DO NOTHING
