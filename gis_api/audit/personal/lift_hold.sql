UPDATE legal_hold SET lifted_at = now(), lifted_by = %(lifted_by)s
WHERE case_id = %(case_id)s AND basis = %(basis)s AND lifted_at IS NULL
RETURNING legal_hold_id
