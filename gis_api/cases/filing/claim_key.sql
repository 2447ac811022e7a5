-- Waits for whoever is taking the same key; no row when it is taken.
INSERT INTO idempotency_key (actor_id, key, body_hash)
VALUES (%(actor_id)s, %(key)s, %(body_hash)s)
ON CONFLICT DO NOTHING
RETURNING true AS is_new
