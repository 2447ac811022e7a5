WITH wanted AS (
  SELECT p.cell_id, g.party_group_id FROM party_group_plan_cell p
  JOIN party_group_plan_group g USING (party_group_plan_id, number)
  WHERE p.party_group_plan_id = %(plan_id)s
)
INSERT INTO party_group_cell (party_group_id, cell_id) SELECT party_group_id, cell_id FROM wanted
