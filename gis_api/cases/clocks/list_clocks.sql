SELECT rule, started_on, length, extension_days, paused, due_on, warn_on, provisional,
       stopped_on, stopped_by
FROM case_clock WHERE case_id = %(case_id)s
ORDER BY stopped_on IS NOT NULL, due_on NULLS LAST, case_clock_id
