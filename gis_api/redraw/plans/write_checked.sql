UPDATE redraw_plan SET state = 'checked', checked_rev = rev, accepted = %(accepted)s,
       reason = %(reason)s, request = %(request)s
WHERE redraw_plan_id = %(redraw_plan_id)s
