DELETE FROM case_signer WHERE case_id = %(case_id)s
