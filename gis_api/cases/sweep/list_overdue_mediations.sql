SELECT c.code FROM case_clock k JOIN "case" c USING (case_id)
WHERE k.stopped_on IS NULL AND k.rule = 'mediation' AND k.due_on < today()
  AND c.state = 'in_hand' AND c.closed_on IS NULL
ORDER BY k.due_on, c.case_id LIMIT %(limit)s
