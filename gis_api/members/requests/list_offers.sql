-- The name is there only for those who may see the member.
SELECT o.party_group_id, g.name AS group_name, o.state, o.offered_at, o.answered_at, o.minutes,
       o.member_id, m.name AS member_name, m.phone AS member_phone,
       o.party_group_id = ANY ((SELECT led_group_ids())::bigint[]) AS is_mine
FROM service_offer o
JOIN party_group g ON g.party_group_id = o.party_group_id
LEFT JOIN member m ON m.member_id = o.member_id
WHERE o.service_request_id = %(request_id)s
ORDER BY o.offered_at, o.party_group_id
