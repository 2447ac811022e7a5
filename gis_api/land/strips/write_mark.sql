UPDATE marker SET state = %(state)s, checked_on = today() WHERE marker_id = %(marker_id)s
