-- Every township and every cell above it.
SELECT v.code, v.scope_key, v.rank FROM cell_version v
WHERE v.valid @> today()
  AND v.rank <= coalesce((SELECT min(rank) - 1 FROM grid_level WHERE role = 'village'),
                         (SELECT min(rank) FROM grid_level))
ORDER BY v.rank DESC, v.code
