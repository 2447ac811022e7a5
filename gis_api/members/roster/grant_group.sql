INSERT INTO party_group_leader (user_id, party_group_id, valid)
SELECT %(user_id)s, g.party_group_id, daterange(today(), NULL)
FROM party_group g
WHERE g.ended_on IS NULL
  AND (%(group_name)s::text IS NULL OR g.name = %(group_name)s)
  AND NOT EXISTS (SELECT FROM party_group_leader l
                  WHERE l.user_id = %(user_id)s AND l.party_group_id = g.party_group_id
                    AND l.valid @> today())
RETURNING party_group_id
