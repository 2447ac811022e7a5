UPDATE land_strip SET state = 'agreed', agreed_line_id = %(land_line_id)s, rev = rev + 1
WHERE land_strip_id = %(land_strip_id)s
