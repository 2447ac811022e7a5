-- a change takes back what was checked and approved
UPDATE redraw_plan SET rev = rev + 1, state = 'draft', checked_rev = NULL, accepted = '{}',
       reason = NULL, approved_by = NULL, approved_at = NULL
WHERE redraw_plan_id = %(redraw_plan_id)s
RETURNING rev
