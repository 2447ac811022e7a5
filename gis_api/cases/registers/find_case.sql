SELECT case_id FROM "case" WHERE code = %(code)s
