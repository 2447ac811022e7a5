SELECT marker_id, marker_number, state FROM marker WHERE marker_id = %(marker_id)s FOR UPDATE
