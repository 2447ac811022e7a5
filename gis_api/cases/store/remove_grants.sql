DELETE FROM case_grant WHERE case_id = %(case_id)s
