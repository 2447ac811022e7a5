SELECT
-- include claim_columns
WHERE c.claim_id IN (
  SELECT n.claim_id FROM find_claims_near(
    ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)) n
)
ORDER BY c.claim_id
LIMIT %(limit)s
