INSERT INTO redraw_part (redraw_plan_id, parent_cell_id, base_rev, base_version_id, redraw_ground_id,
                         today, grid, next_grid, locked, numbers, facts)
VALUES (%(redraw_plan_id)s, %(parent_cell_id)s, %(base_rev)s, %(base_version_id)s,
        %(redraw_ground_id)s, %(today)s, %(grid)s, %(next_grid)s, %(locked)s, %(numbers)s, %(facts)s)
RETURNING redraw_part_id
