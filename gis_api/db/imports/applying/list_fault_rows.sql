SELECT row_number FROM import_row
WHERE import_id = %(import_id)s AND fault = %(fault)s
ORDER BY row_number LIMIT %(limit)s
