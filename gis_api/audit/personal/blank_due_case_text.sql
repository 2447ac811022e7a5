WITH due AS (
  SELECT c.case_id, c.code, c.access_key FROM "case" c
  WHERE c.closed_on <= %(before)s
    AND EXISTS (SELECT FROM case_text t WHERE t.case_id = c.case_id AND t.blanked_at IS NULL)
    AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.case_id = c.case_id AND h.lifted_at IS NULL)
  ORDER BY c.case_id LIMIT %(limit)s
  FOR UPDATE OF c
), blanked AS (
  UPDATE case_text t SET body = '', blanked_at = now()
  FROM due WHERE t.case_id = due.case_id
  RETURNING t.case_id
)
SELECT due.code AS object_id, due.case_id, due.access_key, 1 AS rows
FROM due JOIN blanked USING (case_id)
ORDER BY due.case_id
