INSERT INTO audit_seal (day, seq, sealed_at, audit_ids, row_hashes, previous_hash, hash)
VALUES (%(day)s, %(seq)s, %(sealed_at)s, %(audit_ids)s, %(row_hashes)s, %(previous_hash)s, %(hash)s)
