SELECT DISTINCT actor_id FROM redraw_edit WHERE redraw_plan_id = %(redraw_plan_id)s
UNION SELECT made_by FROM redraw_plan WHERE redraw_plan_id = %(redraw_plan_id)s
