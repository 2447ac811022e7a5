SELECT later.import_batch_id, count(*) AS row_count
FROM import_before own
JOIN import_before later USING (table_name, row_id)
WHERE own.import_batch_id = %(batch_id)s AND later.import_batch_id > own.import_batch_id
GROUP BY later.import_batch_id ORDER BY later.import_batch_id
