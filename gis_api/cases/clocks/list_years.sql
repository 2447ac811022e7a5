SELECT year, source, loaded_at FROM work_calendar_year ORDER BY year
