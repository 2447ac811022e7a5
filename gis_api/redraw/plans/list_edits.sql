SELECT e.seq, e.act, e.state, e.at, e.actor_id, u.login AS actor, e.redraw_part_id
FROM redraw_edit e LEFT JOIN app_user u ON u.user_id = e.actor_id
WHERE e.redraw_plan_id = %(redraw_plan_id)s ORDER BY e.seq DESC LIMIT %(limit)s
