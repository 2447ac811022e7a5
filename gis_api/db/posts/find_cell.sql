SELECT cell_id, name FROM cell_version WHERE code = %(code)s AND valid @> %(on)s::date
