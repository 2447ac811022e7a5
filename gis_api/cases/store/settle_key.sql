UPDATE idempotency_key SET case_id = %(case_id)s
WHERE actor_id = %(actor_id)s AND key = %(key)s
