SELECT count(*)
FROM "case" c
WHERE
-- include case_filter
