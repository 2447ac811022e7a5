DELETE FROM case_signer WHERE case_id = %(case_id)s AND case_signer_id <> ALL (%(kept_ids)s)
