SELECT count(*) AS due, 0 AS held FROM service_request
WHERE state IN ('done', 'withdrawn')
  AND registered_at < (%(before)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (contact_name IS NOT NULL OR contact_phone IS NOT NULL OR text <> '-')
