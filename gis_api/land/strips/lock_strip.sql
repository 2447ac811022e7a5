SELECT rev, state FROM land_strip WHERE land_strip_id = %(land_strip_id)s FOR UPDATE
