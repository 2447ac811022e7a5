SELECT s.report_snapshot_id AS id, s.report, s.period, s.from_on, s.to_on, s.dimension, s.area_code,
       s.made_at, encode(s.sha256, 'hex') AS sha256, s.replaces, s.reason,
       n.report_snapshot_id AS replaced_by
FROM report_snapshot s
LEFT JOIN report_snapshot n ON n.replaces = s.report_snapshot_id
WHERE (%(after)s::bigint IS NULL OR s.report_snapshot_id < %(after)s)
ORDER BY s.report_snapshot_id DESC LIMIT %(limit)s
