SELECT s.report_snapshot_id, s.report, s.period, s.from_on, s.to_on, s.dimension, s.area_code,
       s.area_key, s.scope_key, s.figures, s.made_at, s.sha256, s.replaces, s.reason,
       (SELECT n.report_snapshot_id FROM report_snapshot n
        WHERE n.replaces = s.report_snapshot_id) AS replaced_by
FROM report_snapshot s WHERE s.report_snapshot_id = %(id)s
