INSERT INTO risk_map (risk_run_id, kind_group, scale, months, scope_key, figures, cells)
VALUES (%(risk_run_id)s, %(kind_group)s, %(scale)s, %(months)s, %(scope_key)s, %(figures)s,
        %(cells)s)
