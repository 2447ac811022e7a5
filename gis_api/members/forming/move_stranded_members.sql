-- Members of a group that ends follow the most of its micro grids, ties to the lower group.
WITH heirs AS (
  SELECT DISTINCT ON (p.before_group_id) p.before_group_id, g.party_group_id
  FROM party_group_plan_cell p
  JOIN party_group_plan_group g USING (party_group_plan_id, number)
  WHERE p.party_group_plan_id = %(plan_id)s AND NOT EXISTS (
    SELECT FROM party_group_plan_group k
    WHERE k.party_group_plan_id = %(plan_id)s AND k.party_group_id = p.before_group_id)
  GROUP BY p.before_group_id, g.party_group_id
  ORDER BY p.before_group_id, count(*) DESC, g.party_group_id
)
UPDATE member m SET party_group_id = heirs.party_group_id, rev = m.rev + 1
FROM heirs WHERE m.party_group_id = heirs.before_group_id AND m.left_on IS NULL
