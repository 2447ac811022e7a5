SELECT kind_group, scale, months, figures FROM risk_map WHERE risk_run_id = %(risk_run_id)s
ORDER BY kind_group, scale, months
