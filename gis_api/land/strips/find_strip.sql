SELECT
-- include strip_columns
WHERE s.land_strip_id = %(land_strip_id)s
