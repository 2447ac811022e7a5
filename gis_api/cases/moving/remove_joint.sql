DELETE FROM case_joint WHERE case_id = %(case_id)s AND cell_id = ANY(%(cell_ids)s)
