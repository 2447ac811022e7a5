WITH due AS (
  SELECT reception_id FROM reception
  WHERE received_on <= %(before)s AND note IS NOT NULL
  ORDER BY reception_id LIMIT %(limit)s
  FOR UPDATE
), blanked AS (
  UPDATE reception t SET note = NULL, blanked_at = now()
  FROM due WHERE t.reception_id = due.reception_id
  RETURNING t.reception_id
)
SELECT reception_id::text AS object_id, NULL::bigint AS case_id, NULL::text AS access_key,
       1 AS rows
FROM blanked ORDER BY reception_id
