SELECT case_party_id, name, phone FROM case_party
WHERE case_id = %(case_id)s AND side = 'representative' ORDER BY case_party_id
