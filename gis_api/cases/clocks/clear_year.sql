DELETE FROM work_calendar WHERE year = %(year)s
