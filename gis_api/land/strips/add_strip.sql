INSERT INTO land_strip (case_id, kind, left_claim_id, right_claim_id, geom, disputed_line,
  corridor_m, tolerance_m2, area_m2, width_m, made_by)
VALUES (%(case_id)s, %(kind)s, %(left_claim_id)s, %(right_claim_id)s,
  ST_Multi(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490)),
  ST_SetSRID(ST_GeomFromWKB(%(line_wkb)s), 4490), %(corridor_m)s, %(tolerance_m2)s, %(area_m2)s,
  %(width_m)s, %(made_by)s)
RETURNING land_strip_id
