INSERT INTO import_row (import_id, row_number, vals, geom, cell_id, scope_key, approximate, fault)
SELECT %(import_id)s, row_number, vals, geom, cell_id, scope_key, approximate, fault
FROM staged_chunk
