SELECT household_id, scope_key FROM group_households(%(party_group_id)s)
WHERE household_id = ANY (%(household_ids)s::bigint[])
