SELECT rule, severity, state, count(*) AS count, coalesce(sum(area_m2), 0) AS area_m2
FROM land_finding GROUP BY rule, severity, state ORDER BY rule, severity, state
