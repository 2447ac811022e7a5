UPDATE redraw_plan SET state = 'published', valid_from = %(valid_from)s,
       grid_version_id = %(grid_version_id)s, published_by = %(actor_id)s, published_at = now()
WHERE redraw_plan_id = %(redraw_plan_id)s
