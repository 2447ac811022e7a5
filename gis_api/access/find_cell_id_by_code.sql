SELECT cell_id FROM cell_version WHERE code = %(code)s AND valid @> today()
