UPDATE party_group_plan SET applied_at = now() WHERE party_group_plan_id = %(plan_id)s
