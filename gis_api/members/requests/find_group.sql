SELECT party_group_id FROM party_group
WHERE party_group_id = %(party_group_id)s AND ended_on IS NULL
