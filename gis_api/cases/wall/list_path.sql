-- From the top of what the asker may look at down to the cell.
SELECT v.code, v.name, v.rank
FROM cell_version v
WHERE v.valid @> today() AND starts_with(%(scope_key)s, v.scope_key)
  AND (%(is_bound)s IS FALSE OR (v.scope_key >= %(lo)s AND v.scope_key < %(hi)s))
ORDER BY v.scope_key
