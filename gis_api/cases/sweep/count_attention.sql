SELECT a.reason, count(*) AS number
FROM case_attention a JOIN "case" c USING (case_id)
WHERE %(officer_id)s::bigint IS NULL OR c.lead_officer_id = %(officer_id)s
GROUP BY a.reason
