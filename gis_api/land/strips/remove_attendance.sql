DELETE FROM land_attendance WHERE land_strip_id = %(land_strip_id)s
