SELECT count(*) AS years, max(loaded_at) AS loaded_at FROM work_calendar_year
