SELECT routing_rule_id, post_kind, post_rank, case_kind, area_cell_id, lead_rank
FROM routing_rule ORDER BY position
