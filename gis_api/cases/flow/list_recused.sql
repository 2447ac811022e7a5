SELECT officer_id FROM case_recusal WHERE case_id = %(case_id)s
