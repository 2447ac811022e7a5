SELECT code, lower(valid) AS from_on FROM cell_version
WHERE cell_id = ANY(%(cell_ids)s) AND upper_inf(valid) AND lower(valid) >= %(on)s::date
ORDER BY lower(valid) DESC, code LIMIT 5
