-- Where a member without a home of ours is kept: the village of the group.
SELECT g.party_group_id, v.scope_key
FROM party_group g JOIN cell_version v ON v.cell_id = g.village_cell_id AND v.valid @> today()
WHERE g.party_group_id = ANY (%(group_ids)s::bigint[])
