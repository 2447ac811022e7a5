SELECT fault, count(*) AS row_count
FROM import_row WHERE import_id = %(import_id)s AND fault IS NOT NULL
GROUP BY fault ORDER BY fault
