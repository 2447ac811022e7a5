SELECT c.code, c.kind, c.state, c.source, c.urgent, c.rev, c.registered_at, c.happened_on,
       ST_X(ST_PointOnSurface(c.geom)) AS lng, ST_Y(ST_PointOnSurface(c.geom)) AS lat,
       v.code AS cell_code, v.name AS cell_name, k.rule, k.due_on, k.warn_on, k.provisional,
       coalesce(c.receiver_officer_id = %(officer_id)s, false) AS to_sign, today() AS today,
       (SELECT coalesce(array_agg(x.overlay ORDER BY x.overlay), '{}') FROM case_overlay x
        WHERE x.case_id = c.case_id AND x.ended_on IS NULL) AS overlays,
       count(*) OVER () AS total
FROM "case" c
LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN LATERAL (
  SELECT rule, due_on, warn_on, provisional FROM case_clock
  WHERE case_id = c.case_id AND stopped_on IS NULL AND due_on IS NOT NULL
  ORDER BY due_on LIMIT 1) k ON true
WHERE c.closed_on IS NULL
  AND (c.lead_officer_id = %(officer_id)s OR c.receiver_officer_id = %(officer_id)s
       OR c.official_officer_id = %(officer_id)s)
ORDER BY k.due_on NULLS LAST, c.urgent DESC, c.registered_at, c.case_id
LIMIT %(limit)s OFFSET %(offset)s
