SELECT position, case_kind, post_kind, post_rank,
       area_cell_id IS NULL AND lead_rank IS NULL AS is_plain
FROM routing_rule ORDER BY position
