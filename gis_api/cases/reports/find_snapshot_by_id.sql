SELECT period, from_on, to_on, dimension, area_code, area_key, scope_key, figures, made_at, sha256
FROM report_snapshot WHERE report_snapshot_id = %(id)s
