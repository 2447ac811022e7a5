-- Of one day: rows of that day and every seal of that day or later may close them.
SELECT a.audit_id FROM audit a
WHERE a.at < clock_timestamp() - %(grace)s::interval
  AND (%(day)s::date IS NULL OR (a.at >= %(day)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND a.at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'))
  AND NOT EXISTS (
    SELECT FROM (
      SELECT unnest(s.audit_ids) AS audit_id FROM audit_seal s
      WHERE %(day)s::date IS NULL OR s.day >= %(day)s
    ) sealed WHERE sealed.audit_id = a.audit_id)
ORDER BY a.audit_id
