SELECT 1 FROM party_group WHERE name = %(name)s AND ended_on IS NULL
