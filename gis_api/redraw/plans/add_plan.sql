INSERT INTO redraw_plan (name, rank, area_cell_id, scope_key, branched_from, start, mode, low, high,
                         seed, made_by, import_findings)
VALUES (%(name)s, %(rank)s, %(area_cell_id)s, %(scope_key)s, %(branched_from)s, %(start)s, %(mode)s,
        %(low)s, %(high)s, %(seed)s, %(made_by)s, %(import_findings)s)
RETURNING redraw_plan_id
