SELECT scope_key FROM cell_version WHERE code = %(code)s AND valid @> today()
