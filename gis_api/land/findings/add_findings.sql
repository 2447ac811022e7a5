INSERT INTO land_finding (land_check_id, rule, verdict, why, severity, left_claim_id,
  right_claim_id, area_m2, width_m, cell_id, scope_key, params, geom)
SELECT u.land_check_id, u.rule, u.verdict, u.why, u.severity, u.left_claim_id, u.right_claim_id,
       u.area_m2, u.width_m, u.cell_id, u.scope_key, u.params,
       ST_SetSRID(ST_GeomFromWKB(u.wkb), 4490)
FROM unnest(%(land_check_id)s::bigint[], %(rule)s::text[], %(verdict)s::text[], %(why)s::text[],
  %(severity)s::text[], %(left_claim_id)s::bigint[], %(right_claim_id)s::bigint[],
  %(area_m2)s::double precision[], %(width_m)s::double precision[], %(cell_id)s::bigint[],
  %(scope_key)s::text[], %(params)s::jsonb[], %(wkb)s::bytea[])
  AS u (land_check_id, rule, verdict, why, severity, left_claim_id, right_claim_id, area_m2,
        width_m, cell_id, scope_key, params, wkb)
