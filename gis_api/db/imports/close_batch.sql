UPDATE import_batch SET file_name = %(file_name)s, added_count = %(added)s,
  changed_count = %(changed)s, left_out_count = %(left_out)s
WHERE import_batch_id = %(batch_id)s
