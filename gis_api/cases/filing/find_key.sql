SELECT k.body_hash, c.code
FROM idempotency_key k LEFT JOIN "case" c USING (case_id)
WHERE k.actor_id = %(actor_id)s AND k.key = %(key)s
