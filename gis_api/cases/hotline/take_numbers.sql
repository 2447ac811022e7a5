SELECT nextval('case_number') AS number FROM generate_series(1, %(count)s)
