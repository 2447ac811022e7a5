UPDATE case_signer SET name = NULL, household_id = NULL, blanked_at = now()
WHERE case_signer_id = %(case_signer_id)s
