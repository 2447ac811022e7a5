WITH clocks AS (
  UPDATE case_clock SET stopped_on = greatest(today(), started_on), stopped_by = 'merged'
  WHERE case_id = %(case_id)s AND stopped_on IS NULL AND due_on IS NOT NULL)
UPDATE "case" SET state = 'closed', outcome = 'merged', closed_on = today(),
  ended_by = %(ended_by)s, step_on = today(), moved_at = now(), receiver_post_id = NULL,
  receiver_officer_id = NULL, rev = rev + 1
WHERE case_id = %(case_id)s
