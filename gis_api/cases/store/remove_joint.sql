-- Who shared only the old place sees the case no longer.
WITH gone AS (
  DELETE FROM case_joint WHERE case_id = %(case_id)s RETURNING officer_id
)
DELETE FROM case_grant g USING gone
WHERE g.case_id = %(case_id)s AND g.officer_id = gone.officer_id AND g.reason = 'joint'
