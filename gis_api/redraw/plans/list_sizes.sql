-- households of each grid of a level today
SELECT (SELECT count(*) FROM household h
        WHERE h.scope_key >= v.scope_key AND h.scope_key < v.scope_key || 'g') AS households
FROM cell_version v
WHERE v.rank = %(rank)s AND v.valid @> %(on)s::date
  AND starts_with(v.scope_key, %(scope_key)s)
