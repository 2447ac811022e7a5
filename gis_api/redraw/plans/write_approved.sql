UPDATE redraw_plan SET state = 'approved', approved_by = %(actor_id)s, approved_at = now(),
       minutes_number = %(minutes_number)s
WHERE redraw_plan_id = %(redraw_plan_id)s
