INSERT INTO party_group_plan_cell (party_group_plan_id, cell_id, number, before_group_id)
SELECT %(plan_id)s, cell_id, number, nullif(before_id, 0)
FROM unnest(%(cell_ids)s::bigint[], %(numbers)s::integer[], %(before_ids)s::bigint[])
  AS given (cell_id, number, before_id)
