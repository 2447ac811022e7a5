UPDATE case_party SET name = NULL, phone = NULL, household_id = NULL, blanked_at = now()
WHERE case_party_id = %(case_party_id)s
