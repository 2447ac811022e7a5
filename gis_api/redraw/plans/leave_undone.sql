UPDATE redraw_edit SET state = 'left'
WHERE redraw_plan_id = %(redraw_plan_id)s AND state = 'undone'
