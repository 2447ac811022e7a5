SELECT count(*) AS found FROM case_party
WHERE case_id = %(case_id)s AND case_party_id = ANY (%(ids)s)
