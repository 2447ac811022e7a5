s.land_strip_id, s.case_id, c.code AS case_code, c.kind AS case_kind, s.kind, s.left_claim_id,
       s.right_claim_id, s.corridor_m, s.tolerance_m2, s.area_m2, s.width_m, s.state,
       s.agreed_line_id, s.notice_on, s.notice_way, s.held_on, s.rev, s.made_at,
       today() AS today, ST_AsBinary(s.geom) AS wkb, ST_AsBinary(s.disputed_line) AS line_wkb,
       l.parcel_code AS left_code, r.parcel_code AS right_code, v.name AS cell_name
FROM land_strip s
JOIN "case" c ON c.case_id = s.case_id
JOIN claim l ON l.claim_id = s.left_claim_id
LEFT JOIN claim r ON r.claim_id = s.right_claim_id
LEFT JOIN cell_version v ON v.cell_id = l.cell_id AND v.valid @> today()
