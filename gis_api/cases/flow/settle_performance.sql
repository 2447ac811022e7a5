UPDATE case_performance SET done_on = %(on)s, done_by = %(actor_id)s
WHERE case_id = %(case_id)s AND case_performance_id = %(performance_id)s AND done_on IS NULL
