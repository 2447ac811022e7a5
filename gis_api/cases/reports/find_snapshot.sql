SELECT report_snapshot_id, figures, sha256, made_at FROM report_snapshot
WHERE report = %(report)s AND period = %(period)s AND from_on = %(from_on)s
  AND dimension = %(dimension)s AND scope_key = %(scope_key)s AND area_key = %(area_key)s
