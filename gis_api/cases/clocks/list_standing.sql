SELECT overlay AS name FROM case_overlay WHERE case_id = %(case_id)s AND ended_on IS NULL
UNION ALL
SELECT procedure FROM case_procedure WHERE case_id = %(case_id)s AND ended_on IS NULL
