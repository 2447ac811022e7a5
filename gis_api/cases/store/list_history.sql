SELECT h.seq, h.at, h.act, h.detail, h.actor_id, h.previous_hash, h.hash, u.login AS actor
FROM case_history h LEFT JOIN app_user u ON u.user_id = h.actor_id
WHERE h.case_id = %(case_id)s ORDER BY h.seq
