UPDATE import_row r SET fault = 'import.no_village'
WHERE r.import_id = %(import_id)s AND r.fault IS NULL AND r.cell_id IS NULL
