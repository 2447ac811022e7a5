SELECT v.grid_version_id, v.valid_from, v.label, v.published_at,
       v.valid_from > today() AS is_to_come, p.redraw_plan_id, p.name AS plan_name
FROM grid_version v LEFT JOIN redraw_plan p USING (grid_version_id)
ORDER BY v.valid_from, v.grid_version_id
