SELECT g.party_group_id, g.name
FROM party_group g JOIN member m USING (party_group_id)
GROUP BY g.party_group_id ORDER BY count(*) DESC, g.party_group_id LIMIT 1
