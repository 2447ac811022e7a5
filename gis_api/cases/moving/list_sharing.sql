-- open cases on changed ground, or that name a cell there as joint, with the cells they name now
SELECT c.case_id, c.code, c.kind, c.rev, c.place_kind, ST_AsBinary(c.geom) AS wkb, c.accuracy_m,
       c.cell_id, c.access_key, c.lead_officer_id, c.lead_post_id, c.respondent_kind, c.queue_reason,
       c.how,
       (SELECT coalesce(array_agg(j.cell_id ORDER BY j.cell_id), '{}') FROM case_joint j
        WHERE j.case_id = c.case_id) AS joint
FROM "case" c
WHERE c.closed_on IS NULL
  AND (c.scope_key = ANY(%(keys)s)
       OR EXISTS (SELECT FROM case_joint j WHERE j.case_id = c.case_id
                  AND j.cell_id = ANY(%(cell_ids)s)))
ORDER BY c.case_id
