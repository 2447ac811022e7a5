SELECT o.duty_name FROM "case" c JOIN officer o ON o.officer_id = c.official_officer_id
WHERE c.case_id = %(case_id)s
