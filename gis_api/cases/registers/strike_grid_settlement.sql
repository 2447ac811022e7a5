UPDATE grid_settlement SET struck_at = now()
WHERE grid_settlement_id = %(id)s AND struck_at IS NULL
