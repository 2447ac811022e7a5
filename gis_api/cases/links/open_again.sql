UPDATE "case" SET state = 'accepted', outcome = NULL, closed_on = NULL, ended_by = NULL,
  step_on = today(), moved_at = now(), rev = rev + 1
WHERE case_id = %(case_id)s
