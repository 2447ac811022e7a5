WITH due AS (
  SELECT talking_session_id FROM talking_session
  WHERE held_on <= %(before)s AND note IS NOT NULL
  ORDER BY talking_session_id LIMIT %(limit)s
  FOR UPDATE
), blanked AS (
  UPDATE talking_session t SET note = NULL, blanked_at = now()
  FROM due WHERE t.talking_session_id = due.talking_session_id
  RETURNING t.talking_session_id
)
SELECT talking_session_id::text AS object_id, NULL::bigint AS case_id, NULL::text AS access_key,
       1 AS rows
FROM blanked ORDER BY talking_session_id
