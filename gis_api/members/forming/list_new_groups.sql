SELECT p.number, p.village_cell_id, v.name AS village_name,
       (SELECT coalesce(array_agg(g.name), '{}') FROM party_group g
        WHERE g.village_cell_id = p.village_cell_id) AS used_names
FROM party_group_plan_group p
JOIN cell_version v ON v.cell_id = p.village_cell_id AND v.valid @> today()
WHERE p.party_group_plan_id = %(plan_id)s AND p.party_group_id IS NULL
ORDER BY p.number
