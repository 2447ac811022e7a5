SELECT day, seq, sealed_at, audit_ids, row_hashes, previous_hash, hash FROM audit_seal
WHERE (%(day)s::date IS NULL OR day = %(day)s) AND (day, seq) > (%(after_day)s, %(after_seq)s)
ORDER BY day, seq LIMIT %(limit)s
