WITH due AS (
  SELECT grid_settlement_id FROM grid_settlement
  WHERE settled_on <= %(before)s AND note IS NOT NULL
  ORDER BY grid_settlement_id LIMIT %(limit)s
  FOR UPDATE
), blanked AS (
  UPDATE grid_settlement t SET note = NULL, blanked_at = now()
  FROM due WHERE t.grid_settlement_id = due.grid_settlement_id
  RETURNING t.grid_settlement_id
)
SELECT grid_settlement_id::text AS object_id, NULL::bigint AS case_id, NULL::text AS access_key,
       1 AS rows
FROM blanked ORDER BY grid_settlement_id
