SELECT h.seq, h.at, h.act, u.login AS actor, h.detail ->> 'from' AS from_state,
       h.detail ->> 'to' AS to_state
FROM case_history h LEFT JOIN app_user u ON u.user_id = h.actor_id
WHERE h.case_id = %(case_id)s AND (h.detail ->> 'rev')::integer > %(rev)s
ORDER BY h.seq DESC LIMIT 10
