DELETE FROM case_joint WHERE case_id = %(case_id)s
