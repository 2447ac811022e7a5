SELECT party_group_id, count(*)::integer AS members,
       (count(*) FILTER (WHERE household_id IS NULL))::integer AS without_place,
       (count(*) FILTER (WHERE volunteers))::integer AS volunteers
FROM member
WHERE left_on IS NULL
GROUP BY party_group_id
