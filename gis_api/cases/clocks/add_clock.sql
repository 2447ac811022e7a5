INSERT INTO case_clock (case_id, rule, started_on, length, extension_days, paused, due_on, warn_on,
                        provisional)
VALUES (%(case_id)s, %(rule)s, %(started_on)s, %(length)s, %(extension_days)s, %(paused)s,
        %(due_on)s, %(warn_on)s, %(provisional)s)
