SELECT g.party_group_id, g.name, g.is_locked, g.village_cell_id,
       v.code AS village_code, v.name AS village_name
FROM party_group g
LEFT JOIN cell_version v ON v.cell_id = g.village_cell_id AND v.valid @> today()
WHERE g.party_group_id = ANY ((SELECT led_group_ids())::bigint[]) AND g.ended_on IS NULL
ORDER BY v.code, g.party_group_id
