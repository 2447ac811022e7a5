INSERT INTO report_snapshot (report, period, from_on, to_on, dimension, area_code, area_key,
                             scope_key, figures, sha256, made_by, replaces, reason)
VALUES (%(report)s, %(period)s, %(from_on)s, %(to_on)s, %(dimension)s, %(area_code)s,
        %(area_key)s, %(scope_key)s, %(figures)s, %(sha256)s, %(made_by)s, %(replaces)s, %(reason)s)
ON CONFLICT DO NOTHING
RETURNING report_snapshot_id
