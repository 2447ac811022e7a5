UPDATE redraw_plan SET state = 'dropped' WHERE redraw_plan_id = %(redraw_plan_id)s
