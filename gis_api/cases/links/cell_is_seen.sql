SELECT EXISTS (SELECT FROM cell_version WHERE code = %(cell_code)s AND valid @> today()
                 AND scope_key >= %(lo)s AND scope_key < %(hi)s)
