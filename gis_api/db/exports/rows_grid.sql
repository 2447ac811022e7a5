SELECT v.code, v.name, p.code AS parent_code, l.name_zh AS level, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
JOIN grid_level l ON l.rank = v.rank
LEFT JOIN cell_version p ON p.cell_id = v.parent_cell_id AND p.valid @> %(on)s::date
WHERE v.valid @> %(on)s::date
  AND v.scope_key >= (SELECT scope_lo()) AND v.scope_key < (SELECT scope_hi())
  AND (%(area_lo)s::text IS NULL OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))
ORDER BY v.rank, v.code
