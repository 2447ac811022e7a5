INSERT INTO redraw_part (redraw_plan_id, parent_cell_id, base_rev, base_version_id, redraw_ground_id,
                         today, grid, next_grid, locked, numbers, facts)
SELECT %(redraw_plan_id)s, parent_cell_id, base_rev, base_version_id, redraw_ground_id, today, grid,
       next_grid, locked, numbers, facts
FROM redraw_part WHERE redraw_plan_id = %(from_plan_id)s ORDER BY redraw_part_id
