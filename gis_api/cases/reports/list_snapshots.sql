SELECT report_snapshot_id AS id, report, period, from_on, to_on, dimension, area_code, made_at,
       encode(sha256, 'hex') AS sha256
FROM report_snapshot
WHERE (%(after)s::bigint IS NULL OR report_snapshot_id < %(after)s)
ORDER BY report_snapshot_id DESC LIMIT %(limit)s
