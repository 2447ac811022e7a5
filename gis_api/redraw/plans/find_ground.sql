SELECT redraw_ground_id FROM redraw_ground WHERE content_key = %(content_key)s
