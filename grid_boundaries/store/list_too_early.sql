SELECT v.code, lower(v.valid) AS from_on
FROM publication p JOIN cell_version v USING (cell_id)
WHERE upper_inf(v.valid) AND lower(v.valid) >= %(valid_from)s::date
ORDER BY lower(v.valid) DESC, v.code
LIMIT 5
