SELECT m.member_id, m.party_group_id, m.name, m.phone, m.household_id IS NOT NULL AS has_home,
       m.scope_key, %(skill)s = ANY (m.skills) AS is_skilled,
       (SELECT count(*) FROM service_offer o
        WHERE o.member_id = m.member_id AND o.state = 'taken')::integer AS load
FROM member m
WHERE m.volunteers AND m.left_on IS NULL AND m.party_group_id = ANY (%(group_ids)s::bigint[])
ORDER BY m.member_id
