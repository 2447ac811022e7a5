INSERT INTO redraw_edit (redraw_plan_id, seq, redraw_part_id, act, change, actor_id)
SELECT %(redraw_plan_id)s, coalesce(max(seq), 0) + 1, %(redraw_part_id)s, %(act)s, %(change)s,
       %(actor_id)s
FROM redraw_edit WHERE redraw_plan_id = %(redraw_plan_id)s
RETURNING seq
