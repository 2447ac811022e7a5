SELECT land_scan_id, attachment_id, dated_on, width_px, height_px, to_lng, to_lat, rms_m, worst_m,
       jsonb_array_length(control) AS control_count
FROM land_scan WHERE land_strip_id = %(land_strip_id)s ORDER BY dated_on NULLS LAST, land_scan_id
