INSERT INTO case_history (case_id, seq, at, actor_id, act, detail, previous_hash, hash, access_key)
SELECT case_id, seq, at, %(actor_id)s, act, detail, previous_hash, hash, access_key
FROM bulk_chain
