SELECT case_id FROM "case" WHERE case_id = %(case_id)s FOR UPDATE
