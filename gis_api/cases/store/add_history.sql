INSERT INTO case_history (case_id, seq, at, actor_id, act, detail, previous_hash, hash, access_key)
VALUES (%(case_id)s, %(seq)s, %(at)s, %(actor_id)s, %(act)s, %(detail)s, %(previous_hash)s,
        %(hash)s, %(access_key)s)
