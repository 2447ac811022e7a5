SELECT own_table, other_table, row_count FROM import_dependents(%(batch_id)s)
