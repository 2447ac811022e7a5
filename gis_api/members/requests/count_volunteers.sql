SELECT party_group_id, volunteers, skilled, load
FROM volunteer_counts(%(group_ids)s::bigint[], %(skill)s)
