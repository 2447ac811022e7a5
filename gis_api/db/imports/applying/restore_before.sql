UPDATE {table} t SET {values}
FROM import_before b
WHERE b.import_batch_id = %(batch_id)s AND b.table_name = %(table_name)s AND t.{id} = b.row_id
