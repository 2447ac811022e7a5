WITH made AS (
  INSERT INTO party_group (village_cell_id, name) VALUES (%(village_cell_id)s, %(name)s)
  RETURNING party_group_id
)
UPDATE party_group_plan_group SET party_group_id = made.party_group_id FROM made
WHERE party_group_plan_id = %(plan_id)s AND number = %(number)s
RETURNING made.party_group_id
