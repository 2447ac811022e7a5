SELECT m.member_id, m.party_group_id, g.name AS group_name, m.name, m.duty, m.phone,
       m.home_branch, m.volunteers, m.skills, m.rev, m.household_id,
       v.code AS cell_code, v.name AS cell_name
FROM unnest(%(member_ids)s::bigint[]) WITH ORDINALITY AS wanted (member_id, position)
JOIN member m ON m.member_id = wanted.member_id AND m.left_on IS NULL
JOIN party_group g ON g.party_group_id = m.party_group_id
LEFT JOIN cell_version v ON m.household_id IS NOT NULL AND v.scope_key = m.scope_key
  AND v.valid @> today()
ORDER BY wanted.position
