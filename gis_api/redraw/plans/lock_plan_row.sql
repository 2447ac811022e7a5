SELECT redraw_plan_id FROM redraw_plan WHERE redraw_plan_id = %(redraw_plan_id)s FOR UPDATE
