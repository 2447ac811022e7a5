SELECT grid_settlement_id AS id, registered_by, struck_at FROM grid_settlement
WHERE grid_settlement_id = %(id)s FOR UPDATE
