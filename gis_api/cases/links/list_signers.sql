SELECT case_signer_id, name, gave_mandate, household_id IS NOT NULL AS has_household
FROM case_signer WHERE case_id = %(case_id)s ORDER BY case_signer_id
