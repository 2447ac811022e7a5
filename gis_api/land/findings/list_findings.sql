SELECT f.land_finding_id, f.rule, f.verdict, f.why, f.severity, f.params, f.area_m2, f.width_m,
       f.state, f.reason, f.land_strip_id, f.left_claim_id, f.right_claim_id, f.found_at,
       l.parcel_code AS left_code, r.parcel_code AS right_code, l.kind AS left_kind,
       r.kind AS right_kind, l.certificate_number AS left_certificate,
       r.certificate_number AS right_certificate, l.issued_on AS left_issued_on,
       r.issued_on AS right_issued_on,
       ST_X(ST_PointOnSurface(f.geom)) AS lng, ST_Y(ST_PointOnSurface(f.geom)) AS lat,
       ST_AsBinary(f.geom) AS wkb, count(*) OVER () AS total
FROM land_finding f
LEFT JOIN claim l ON l.claim_id = f.left_claim_id
LEFT JOIN claim r ON r.claim_id = f.right_claim_id
WHERE (%(rules)s::text[] IS NULL OR f.rule = ANY (%(rules)s))
  AND (%(severity)s::text IS NULL OR f.severity = %(severity)s)
  AND (%(state)s::text IS NULL OR f.state = %(state)s)
  AND (%(land_finding_id)s::bigint IS NULL OR f.land_finding_id = %(land_finding_id)s)
ORDER BY array_position(ARRAY['error', 'warning', 'note'], f.severity), f.area_m2 DESC NULLS LAST,
         f.land_finding_id
OFFSET %(offset)s LIMIT %(limit)s
