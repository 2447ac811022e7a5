INSERT INTO land_line (land_strip_id, case_id, method, inputs, geom, left_m2, right_m2, made_by)
VALUES (%(land_strip_id)s, %(case_id)s, %(method)s, %(inputs)s,
  ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490), %(left_m2)s, %(right_m2)s, %(made_by)s)
RETURNING land_line_id
