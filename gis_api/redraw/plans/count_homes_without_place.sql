SELECT count(*) FROM household
WHERE scope_key >= %(scope_key)s AND scope_key < %(scope_key)s || 'g' AND geom IS NULL
