SELECT seq, hash FROM case_history WHERE case_id = %(case_id)s ORDER BY seq DESC LIMIT 1
