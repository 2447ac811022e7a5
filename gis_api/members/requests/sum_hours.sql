SELECT o.party_group_id, g.name AS group_name, count(*)::integer AS requests,
       sum(o.minutes)::integer AS minutes
FROM service_offer o
JOIN party_group g ON g.party_group_id = o.party_group_id
WHERE o.state = 'done'
  AND (%(from_on)s::date IS NULL OR (o.answered_at AT TIME ZONE 'Asia/Shanghai')::date >= %(from_on)s)
  AND (%(to_on)s::date IS NULL OR (o.answered_at AT TIME ZONE 'Asia/Shanghai')::date <= %(to_on)s)
GROUP BY o.party_group_id, g.name
ORDER BY minutes DESC, o.party_group_id
