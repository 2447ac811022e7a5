WITH due AS (
  SELECT c.case_id, c.code, c.access_key FROM "case" c
  WHERE c.closed_on <= %(before)s
    AND EXISTS (SELECT FROM case_note t WHERE t.case_id = c.case_id AND t.blanked_at IS NULL)
    AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.case_id = c.case_id AND h.lifted_at IS NULL)
  ORDER BY c.case_id LIMIT %(limit)s
  FOR UPDATE OF c
), blanked AS (
  UPDATE case_note t SET body = '', blanked_at = now()
  FROM due WHERE t.case_id = due.case_id AND t.blanked_at IS NULL
  RETURNING t.case_id
)
SELECT due.code AS object_id, due.case_id, due.access_key, count(*) AS rows
FROM due JOIN blanked USING (case_id)
GROUP BY due.code, due.case_id, due.access_key
ORDER BY due.case_id
