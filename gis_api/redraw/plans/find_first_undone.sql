SELECT seq, redraw_part_id, act, change FROM redraw_edit
WHERE redraw_plan_id = %(redraw_plan_id)s AND state = 'undone' ORDER BY seq LIMIT 1
