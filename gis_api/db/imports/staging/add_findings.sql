INSERT INTO import_finding (import_id, code, severity, row_number, column_name, sheet_cell, params)
SELECT %(import_id)s, f.code, f.severity, f.row_number, f.column_name, f.sheet_cell, f.params
FROM unnest(%(codes)s::text[], %(severities)s::text[], %(row_numbers)s::integer[],
            %(columns)s::text[], %(cells)s::text[], %(params)s::jsonb[])
  WITH ORDINALITY AS f(code, severity, row_number, column_name, sheet_cell, params, n)
ORDER BY f.n
