SELECT nextval('case_number') AS number
