-- today, or the last day to come at which something below a cell changes
SELECT greatest(today(), max(lower(v.valid))) FROM cell_version v
WHERE v.scope_key >= %(scope_key)s AND v.scope_key < %(scope_key)s || 'g' AND upper_inf(v.valid)
