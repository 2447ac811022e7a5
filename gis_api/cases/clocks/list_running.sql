SELECT rule, started_on, length, extension_days, paused FROM case_clock
WHERE case_id = %(case_id)s AND stopped_on IS NULL ORDER BY case_clock_id
