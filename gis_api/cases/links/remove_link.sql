DELETE FROM case_link WHERE case_id = %(case_id)s
