UPDATE publication p
SET parent_cell_id = known.cell_id
FROM (
  SELECT b.code, b.cell_id FROM publication b
  UNION ALL
  SELECT v.code, v.cell_id FROM cell_version v
  WHERE v.valid @> %(valid_from)s::date
    AND NOT EXISTS (SELECT FROM publication b WHERE b.cell_id = v.cell_id)
) known
WHERE known.code = p.parent_code
