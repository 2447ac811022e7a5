INSERT INTO land_scan (land_strip_id, case_id, attachment_id, dated_on, width_px, height_px,
  control, to_lng, to_lat, rms_m, worst_m, made_by)
VALUES (%(land_strip_id)s, %(case_id)s, %(attachment_id)s, %(dated_on)s, %(width_px)s,
  %(height_px)s, %(control)s, %(to_lng)s, %(to_lat)s, %(rms_m)s, %(worst_m)s, %(made_by)s)
RETURNING land_scan_id
