SELECT party_group_plan_id, from_on FROM party_group_plan
WHERE applied_at IS NULL AND from_on <= today()
ORDER BY from_on, party_group_plan_id FOR UPDATE
