SELECT code, parent_code FROM publication
WHERE parent_code IS NOT NULL AND parent_cell_id IS NULL
ORDER BY code
