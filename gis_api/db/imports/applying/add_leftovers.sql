INSERT INTO import_leftover (import_batch_id, row_number, fault, vals, geom, kept_for)
SELECT %(batch_id)s, row_number, fault, vals, geom, %(kept_for)s
FROM import_row WHERE import_id = %(import_id)s AND fault IS NOT NULL
