SELECT
-- include claim_columns
WHERE c.claim_id = %(claim_id)s
