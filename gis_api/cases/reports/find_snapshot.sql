SELECT s.report_snapshot_id, s.figures, s.sha256, s.made_at, s.replaces, s.reason
FROM report_snapshot s
WHERE s.report = %(report)s AND s.period = %(period)s AND s.from_on = %(from_on)s
  AND s.dimension = %(dimension)s AND s.scope_key = %(scope_key)s AND s.area_key = %(area_key)s
  -- the last of those that took each other's place
  AND NOT EXISTS (SELECT FROM report_snapshot n WHERE n.replaces = s.report_snapshot_id)
