SELECT setval('case_number', %(next)s, false)
