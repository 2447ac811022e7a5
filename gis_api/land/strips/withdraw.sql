UPDATE land_strip SET state = 'withdrawn', rev = rev + 1 WHERE land_strip_id = %(land_strip_id)s
