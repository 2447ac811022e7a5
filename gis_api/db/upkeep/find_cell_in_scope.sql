SELECT cell_id FROM cell_version
WHERE code = %(code)s AND valid @> today() AND cell_in_scope(cell_id)
