-- The cell asked for; without a code the one that the asker's range begins with, or the only root.
SELECT v.cell_id, v.code, v.name, v.rank, v.scope_key, v.parent_cell_id
FROM cell_version v
WHERE v.valid @> today()
  AND CASE
    WHEN %(code)s::text IS NOT NULL THEN v.code = %(code)s
      AND (%(is_bound)s IS FALSE OR (v.scope_key >= %(lo)s AND v.scope_key < %(hi)s))
    WHEN %(is_bound)s THEN v.scope_key = %(lo)s
    ELSE v.parent_cell_id IS NULL
  END
ORDER BY v.code
LIMIT 2
