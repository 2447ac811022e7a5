SELECT c.code, c.kind, c.state, c.urgent, c.registered_at, ST_X(p.at) AS lng, ST_Y(p.at) AS lat,
       (SELECT min(k.due_on) FROM case_clock k
        WHERE k.case_id = c.case_id AND k.stopped_on IS NULL) AS due_on
FROM "case" c
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(c.geom) AS at) p
WHERE c.closed_on IS NULL AND c.scope_key >= %(lo)s AND c.scope_key < %(hi)s
ORDER BY c.urgent DESC, due_on NULLS LAST, c.registered_at, c.code
LIMIT 9
