SELECT kind_group, scale, months, figures, cells FROM risk_map
WHERE risk_run_id = %(risk_run_id)s AND kind_group = %(kind_group)s AND scale = %(scale)s
  AND months = %(months)s
