INSERT INTO work_calendar (day, year, is_working, name)
SELECT d, extract(year FROM d)::integer, w, n
FROM unnest(%(days)s::date[], %(working)s::boolean[], %(names)s::text[]) AS t (d, w, n)
