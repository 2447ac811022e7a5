SELECT g.represented, g.is_estimate, g.mandate, g.mandate_on, g.binds, g.rev,
       (SELECT count(*) FROM case_signer s WHERE s.case_id = g.case_id) AS signers,
       (SELECT count(*) FROM case_signer s WHERE s.case_id = g.case_id AND s.gave_mandate)
         AS mandators
FROM case_collective g WHERE g.case_id = %(case_id)s
