SELECT post_id, kind, cell_id, officer_id, household_id, on_leave,
       CASE WHEN is_tied THEN (SELECT count(*) FROM "case" c
         WHERE c.lead_officer_id = held.officer_id AND c.closed_on IS NULL) ELSE 0 END AS open_cases
FROM held ORDER BY post_id, officer_id
