SELECT
-- include strip_columns
WHERE (%(code)s::text IS NULL OR c.code = %(code)s)
ORDER BY s.land_strip_id DESC
LIMIT %(limit)s
