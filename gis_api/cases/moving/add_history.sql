INSERT INTO case_history (case_id, seq, at, actor_id, act, detail, previous_hash, hash, access_key)
SELECT case_id, seq, %(at)s, %(actor_id)s, %(act)s, detail, previous_hash, hash, access_key
FROM moved_case WHERE seq IS NOT NULL ORDER BY case_id
