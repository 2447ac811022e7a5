SELECT m.member_id, m.name, v.code AS cell_code, v.name AS cell_name
FROM member m
LEFT JOIN cell_version v ON m.household_id IS NOT NULL AND v.scope_key = m.scope_key
  AND v.valid @> today()
WHERE m.left_on IS NULL
  AND (%(cell_code)s::text IS NULL OR v.code = %(cell_code)s)
  AND (%(party_group_id)s::bigint IS NULL OR m.party_group_id = %(party_group_id)s)
  AND (NOT %(without_place)s OR m.household_id IS NULL)
ORDER BY m.party_group_id, array_position(ARRAY['leader', 'deputy'], m.duty), m.member_id
