-- the steps of a plan that count, in the order in which they were done
SELECT seq, redraw_part_id, act, change FROM redraw_edit
WHERE redraw_plan_id = %(redraw_plan_id)s AND state = 'done' ORDER BY seq
