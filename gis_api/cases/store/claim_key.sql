INSERT INTO idempotency_key (actor_id, key, body_hash)
VALUES (%(actor_id)s, %(key)s, %(body_hash)s)
ON CONFLICT DO NOTHING
