WITH due AS (
  SELECT member_id FROM member WHERE left_on <= %(before)s AND name <> ''
  ORDER BY member_id LIMIT %(limit)s
  FOR UPDATE
), contacts AS (
  DELETE FROM member_household d USING due WHERE d.member_id = due.member_id
), blanked AS (
  UPDATE member m SET name = '', phone = NULL, home_branch = '', volunteers = false, skills = '{}',
    household_id = NULL
  FROM due WHERE m.member_id = due.member_id
  RETURNING m.member_id
)
SELECT member_id::text AS object_id, NULL::bigint AS case_id, NULL::text AS access_key, 1 AS rows
FROM blanked ORDER BY member_id
