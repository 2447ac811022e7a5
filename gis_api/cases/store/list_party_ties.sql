SELECT side, household_id, officer_id, cell_id FROM case_party WHERE case_id = %(case_id)s
