SELECT t.*, v.code AS parent_code, v.name AS parent_name, v.scope_key AS parent_scope,
       c.rev AS parent_rev, g.content_key
FROM redraw_part t
JOIN redraw_ground g USING (redraw_ground_id)
JOIN cell c ON c.cell_id = t.parent_cell_id
JOIN cell_version v ON v.cell_id = t.parent_cell_id AND v.valid @> today()
WHERE t.redraw_plan_id = %(redraw_plan_id)s
ORDER BY v.code
