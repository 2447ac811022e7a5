INSERT INTO party_group_plan_group (party_group_plan_id, number, party_group_id, village_cell_id)
SELECT %(plan_id)s, number, nullif(group_id, 0), village
FROM unnest(%(numbers)s::integer[], %(group_ids)s::bigint[], %(villages)s::bigint[])
  AS given (number, group_id, village)
