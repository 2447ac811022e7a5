DELETE FROM party_group_cell WHERE cell_id IN (
  SELECT cell_id FROM party_group_plan_cell WHERE party_group_plan_id = %(plan_id)s)
