SELECT v.cell_id, v.code, ST_AsBinary(v.geom) AS wkb, village.cell_id AS village_cell_id,
       village.name AS village_name, c.party_group_id, coalesce(g.is_locked, false) AS is_locked,
       coalesce(homes.members, 0) AS members
FROM cell_version v
JOIN cell_version village
  ON village.valid @> %(on)s AND village.rank = (SELECT rank FROM grid_level WHERE role = 'village')
 AND village.scope_key = left(v.scope_key, length(village.scope_key))
LEFT JOIN party_group_cell c ON c.cell_id = v.cell_id
LEFT JOIN party_group g ON g.party_group_id = c.party_group_id
LEFT JOIN (
  SELECT scope_key, count(*)::integer AS members FROM member
  WHERE household_id IS NOT NULL AND left_on IS NULL GROUP BY scope_key
) homes ON homes.scope_key = v.scope_key
WHERE v.valid @> %(on)s AND v.rank = (SELECT max(rank) FROM cell_version WHERE valid @> %(on)s)
ORDER BY v.code
