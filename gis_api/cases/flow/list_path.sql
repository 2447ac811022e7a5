-- from the case's own cell up to the root: every prefix of its key
SELECT v.cell_id, v.code, v.rank, v.scope_key
FROM cell_version v
WHERE v.valid @> today() AND v.scope_key = ANY (
  SELECT left(%(scope_key)s, n) COLLATE "C" FROM generate_series(8, length(%(scope_key)s), 8) n)
ORDER BY length(v.scope_key) DESC
