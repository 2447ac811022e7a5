-- Representatives of before become parties: nobody who came is taken out of the case.
UPDATE case_party SET side = 'party'
WHERE case_id = %(case_id)s AND side = 'representative' AND case_party_id <> ALL (%(kept_ids)s)
