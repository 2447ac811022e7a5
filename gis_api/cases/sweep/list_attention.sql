SELECT a.reason, a.since_on, a.found_at, a.case_id, c.code, c.kind, c.state, c.urgent, c.rev,
       v.code AS cell_code, v.name AS cell_name, c.lead_officer_id, o.duty_name,
       count(*) OVER () AS total
FROM case_attention a
JOIN "case" c USING (case_id)
LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN officer o ON o.officer_id = c.lead_officer_id
WHERE (%(reason)s::text IS NULL OR a.reason = %(reason)s)
  AND (%(officer_id)s::bigint IS NULL OR c.lead_officer_id = %(officer_id)s)
ORDER BY a.since_on, a.case_id, a.reason
LIMIT %(limit)s OFFSET %(offset)s
