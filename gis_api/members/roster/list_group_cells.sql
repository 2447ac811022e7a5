-- A member is counted where the home lies; scope_key tells it without looking at the household.
SELECT c.party_group_id, v.code, v.name, count(m.member_id)::integer AS members
FROM party_group_cell c
JOIN cell_version v ON v.cell_id = c.cell_id AND v.valid @> today()
LEFT JOIN member m ON m.party_group_id = c.party_group_id AND m.household_id IS NOT NULL
  AND m.left_on IS NULL AND m.scope_key = v.scope_key
WHERE c.party_group_id = ANY ((SELECT led_group_ids())::bigint[])
GROUP BY c.party_group_id, v.code, v.name
ORDER BY v.code
