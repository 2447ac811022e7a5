WITH RECURSIVE keyed AS (
  SELECT p.cell_id, coalesce(v.scope_key, '') || scope_segment(p.cell_id) AS scope_key
  FROM publication p
  LEFT JOIN cell_version v
    ON v.cell_id = p.parent_cell_id AND v.valid @> %(valid_from)s::date
  WHERE NOT EXISTS (SELECT FROM publication b WHERE b.cell_id = p.parent_cell_id)
  UNION ALL
  SELECT p.cell_id, k.scope_key || scope_segment(p.cell_id)
  FROM keyed k JOIN publication p ON p.parent_cell_id = k.cell_id
)
UPDATE publication p SET scope_key = keyed.scope_key
FROM keyed WHERE keyed.cell_id = p.cell_id
