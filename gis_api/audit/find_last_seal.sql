SELECT day, seq, sealed_at, audit_ids, row_hashes, previous_hash, hash FROM audit_seal
WHERE %(before)s::date IS NULL OR day < %(before)s
ORDER BY day DESC, seq DESC LIMIT 1
