SELECT nextval('case_number')
