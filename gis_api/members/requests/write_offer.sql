INSERT INTO service_offer (service_request_id, party_group_id, member_id, state, answered_at,
                           minutes)
VALUES (%(request_id)s, %(party_group_id)s, %(member_id)s, %(state)s,
        CASE WHEN %(state)s <> 'offered' THEN now() END, %(minutes)s)
ON CONFLICT (service_request_id, party_group_id) DO UPDATE
SET member_id = excluded.member_id, state = excluded.state, answered_at = excluded.answered_at,
    minutes = excluded.minutes
