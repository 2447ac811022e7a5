UPDATE redraw_edit SET state = %(state)s
WHERE redraw_plan_id = %(redraw_plan_id)s AND seq = %(seq)s
