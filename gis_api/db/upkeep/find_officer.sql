SELECT officer_id, household_id FROM officer WHERE officer_id = %(officer_id)s
