-- the deepest cell above all of these (or the one itself)
SELECT v.cell_id, v.scope_key FROM cell_version v
WHERE v.valid @> today() AND NOT EXISTS (
  SELECT FROM unnest(%(scope_keys)s::text[]) AS k (scope_key)
  WHERE NOT starts_with(k.scope_key, v.scope_key))
ORDER BY v.rank DESC LIMIT 1
