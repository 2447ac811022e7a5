CREATE TEMPORARY TABLE bulk_chain (
  case_id bigint, seq integer, at timestamptz, act text, detail jsonb, previous_hash bytea,
  hash bytea, access_key text COLLATE "C"
) ON COMMIT DROP
