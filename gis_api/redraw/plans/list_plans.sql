SELECT p.redraw_plan_id, p.name, p.state, p.rank, p.made_by, p.made_at, p.valid_from, p.branched_from,
       p.low, p.high, p.rev, l.name_zh AS level_zh, l.name_en AS level_en, maker.login AS made_by_login,
       (SELECT coalesce(array_agg(v.code ORDER BY v.code), '{}') FROM redraw_part t
        JOIN cell_version v ON v.cell_id = t.parent_cell_id AND v.valid @> today()
        WHERE t.redraw_plan_id = p.redraw_plan_id) AS parents
FROM redraw_plan p
JOIN grid_level l USING (rank)
LEFT JOIN app_user maker ON maker.user_id = p.made_by
WHERE p.state <> 'dropped' OR %(dropped)s
ORDER BY p.redraw_plan_id DESC LIMIT 100
