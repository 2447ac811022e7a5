SELECT day, is_working, name FROM work_calendar ORDER BY day
