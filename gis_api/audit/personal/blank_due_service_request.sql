WITH due AS (
  SELECT service_request_id FROM service_request
  WHERE state IN ('done', 'withdrawn')
    AND registered_at < (%(before)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND (contact_name IS NOT NULL OR contact_phone IS NOT NULL OR text <> '-')
  ORDER BY service_request_id LIMIT %(limit)s
  FOR UPDATE
), blanked AS (
  UPDATE service_request r SET contact_name = NULL, contact_phone = NULL, text = '-'
  FROM due WHERE r.service_request_id = due.service_request_id
  RETURNING r.service_request_id
)
SELECT service_request_id::text AS object_id, NULL::bigint AS case_id, NULL::text AS access_key,
       1 AS rows
FROM blanked ORDER BY service_request_id
