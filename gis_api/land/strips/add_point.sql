INSERT INTO land_point (land_strip_id, case_id, point_number, what, geom, accuracy_m, fix,
  attachment_id, measured_at, measured_by)
VALUES (%(land_strip_id)s, %(case_id)s, %(point_number)s, %(what)s,
  ST_Point(%(lng)s, %(lat)s, 4490), %(accuracy_m)s, %(fix)s, %(attachment_id)s, %(measured_at)s,
  %(measured_by)s)
ON CONFLICT ON CONSTRAINT land_point_once DO NOTHING
RETURNING land_point_id
