SELECT case_id, code, state, closed_on, access_key FROM "case" WHERE code = %(code)s
