-- Lead, receiver and leader in charge see the case by being asked; joint handlers stay as they are.
WITH asked AS (
  SELECT DISTINCT ON (officer_id) officer_id, reason FROM (
    SELECT lead_officer_id AS officer_id, 'lead' AS reason, 1 AS n FROM "case"
    WHERE case_id = %(case_id)s
    UNION ALL SELECT receiver_officer_id, 'receiver', 2 FROM "case" WHERE case_id = %(case_id)s
    UNION ALL SELECT official_officer_id, 'official', 3 FROM "case" WHERE case_id = %(case_id)s
  ) every WHERE officer_id IS NOT NULL ORDER BY officer_id, n
), removed AS (
  DELETE FROM case_grant g
  WHERE g.case_id = %(case_id)s AND g.reason IN ('lead', 'receiver', 'official')
    AND NOT EXISTS (SELECT FROM asked a WHERE a.officer_id = g.officer_id)
    AND NOT EXISTS (SELECT FROM case_joint j
                    WHERE j.case_id = g.case_id AND j.officer_id = g.officer_id)
)
INSERT INTO case_grant (case_id, officer_id, reason)
SELECT %(case_id)s, officer_id, reason FROM asked
ON CONFLICT (case_id, officer_id) DO NOTHING
