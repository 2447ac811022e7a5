SELECT g.officer_id, g.reason,
       EXISTS (SELECT FROM case_joint j WHERE j.case_id = g.case_id
               AND j.officer_id = g.officer_id) AS is_joint
FROM case_grant g WHERE g.case_id = %(case_id)s
