UPDATE "case" SET rev = rev + 1 WHERE case_id = %(case_id)s
