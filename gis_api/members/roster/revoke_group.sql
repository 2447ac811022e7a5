-- A grant of today that is taken back leaves nothing: an empty range is not allowed.
WITH ended AS (
  DELETE FROM party_group_leader l USING party_group g
  WHERE g.party_group_id = l.party_group_id AND l.user_id = %(user_id)s AND l.valid @> today()
    AND (%(group_name)s::text IS NULL OR g.name = %(group_name)s)
  RETURNING l.user_id, l.party_group_id, l.valid
)
INSERT INTO party_group_leader (user_id, party_group_id, valid)
SELECT user_id, party_group_id, valid * daterange(NULL, today())
FROM ended WHERE NOT isempty(valid * daterange(NULL, today()))
