UPDATE redraw_plan p SET state = 'superseded'
WHERE p.state = 'published' AND p.redraw_plan_id <> %(redraw_plan_id)s AND p.rank = (
    SELECT rank FROM redraw_plan WHERE redraw_plan_id = %(redraw_plan_id)s)
  AND EXISTS (SELECT FROM redraw_part mine JOIN redraw_part theirs USING (parent_cell_id)
              WHERE mine.redraw_plan_id = %(redraw_plan_id)s
                AND theirs.redraw_plan_id = p.redraw_plan_id)
