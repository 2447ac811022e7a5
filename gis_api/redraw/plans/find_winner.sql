-- who published last on this parent, and when
SELECT p.redraw_plan_id, p.name, p.published_at, u.login AS published_by, p.grid_version_id
FROM redraw_plan p JOIN redraw_part t USING (redraw_plan_id)
LEFT JOIN app_user u ON u.user_id = p.published_by
WHERE t.parent_cell_id = %(parent_cell_id)s AND p.published_at IS NOT NULL
ORDER BY p.published_at DESC LIMIT 1
