SELECT content FROM redraw_ground WHERE redraw_ground_id = %(redraw_ground_id)s
