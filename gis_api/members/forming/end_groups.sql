UPDATE party_group SET ended_on = %(from_on)s
WHERE ended_on IS NULL
  AND NOT EXISTS (SELECT FROM party_group_plan_group k
                  WHERE k.party_group_plan_id = %(plan_id)s
                    AND k.party_group_id = party_group.party_group_id)
  AND EXISTS (SELECT FROM party_group_plan_cell p
              WHERE p.party_group_plan_id = %(plan_id)s
                AND p.before_group_id = party_group.party_group_id)
