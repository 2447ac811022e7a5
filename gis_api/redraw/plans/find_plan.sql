SELECT p.*, l.name_zh AS level_zh, l.name_en AS level_en, maker.login AS made_by_login,
       approver.login AS approved_by_login, publisher.login AS published_by_login
FROM redraw_plan p
JOIN grid_level l USING (rank)
LEFT JOIN app_user maker ON maker.user_id = p.made_by
LEFT JOIN app_user approver ON approver.user_id = p.approved_by
LEFT JOIN app_user publisher ON publisher.user_id = p.published_by
WHERE p.redraw_plan_id = %(redraw_plan_id)s
