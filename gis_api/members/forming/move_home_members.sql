-- A member who belongs to another group than that of the home stays where he was put.
UPDATE member m SET party_group_id = g.party_group_id, rev = m.rev + 1
FROM party_group_plan_cell p
JOIN party_group_plan_group g USING (party_group_plan_id, number)
JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> today()
WHERE p.party_group_plan_id = %(plan_id)s AND m.household_id IS NOT NULL AND m.left_on IS NULL
  AND m.scope_key = v.scope_key AND m.party_group_id = p.before_group_id
  AND g.party_group_id <> p.before_group_id
