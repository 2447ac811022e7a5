INSERT INTO work_calendar_year (year, source, loaded_at) VALUES (%(year)s, %(source)s, clock_timestamp())
ON CONFLICT (year) DO UPDATE SET source = excluded.source, loaded_at = excluded.loaded_at
