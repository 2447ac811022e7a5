SELECT
-- include case_columns
FROM "case" c
-- include case_joins
WHERE
-- include case_filter
  AND (%(after_at)s::timestamptz IS NULL
       OR (c.registered_at, c.case_id) < (%(after_at)s, %(after_id)s))
ORDER BY c.registered_at DESC, c.case_id DESC
LIMIT %(limit)s
