SELECT f.land_finding_id AS id, f.rule, f.severity, f.state, l.parcel_code AS left_code,
       l.certificate_number AS left_certificate, r.parcel_code AS right_code,
       r.certificate_number AS right_certificate, round(f.area_m2::numeric, 2)::float8 AS area_m2,
       round(f.area_m2::numeric * 0.0015, 2)::float8 AS area_mu,
       round(f.width_m::numeric, 2)::float8 AS width_m,
       (f.found_at AT TIME ZONE 'Asia/Shanghai')::date AS found_on, v.code AS cell_code,
       ST_AsBinary(ST_PointOnSurface(f.geom)) AS wkb
FROM land_finding f
LEFT JOIN claim l ON l.claim_id = f.left_claim_id
LEFT JOIN claim r ON r.claim_id = f.right_claim_id
LEFT JOIN cell_version v ON v.cell_id = f.cell_id AND v.valid @> today()
WHERE %(area_lo)s::text IS NULL OR (f.scope_key >= %(area_lo)s AND f.scope_key < %(area_hi)s)
ORDER BY f.land_finding_id
