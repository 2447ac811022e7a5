WITH home AS MATERIALIZED (
  -- a leader sees no household but those of the group's micro grids
  SELECT h.household_id, h.address, led.party_group_id
  FROM unnest((SELECT led_group_ids())::bigint[]) AS led (party_group_id)
  CROSS JOIN LATERAL group_households(led.party_group_id) h
)
SELECT CASE WHEN %(clear)s THEN m.name
            ELSE left(m.name, 1) || repeat('*', greatest(length(m.name) - 1, 1)) END AS name,
       g.name AS group_name, v.name AS village_name,
       CASE WHEN %(clear)s THEN m.phone
            WHEN length(m.phone) >= 11 THEN left(m.phone, 3) || '****' || right(m.phone, 4)
            ELSE repeat('*', length(m.phone))
       END AS phone,
       m.duty, nullif(m.home_branch, '') AS home_branch,
       CASE WHEN home.address = '' THEN NULL WHEN %(clear)s THEN home.address
            WHEN home.address IS NOT NULL THEN '***' END AS household_address,
       m.volunteers, m.skills
FROM member m
JOIN party_group g ON g.party_group_id = m.party_group_id
LEFT JOIN cell_version v ON v.cell_id = g.village_cell_id AND v.valid @> today()
LEFT JOIN home ON home.household_id = m.household_id
  AND home.party_group_id = m.party_group_id
WHERE m.left_on IS NULL
  AND (%(area_lo)s::text IS NULL OR (m.scope_key >= %(area_lo)s AND m.scope_key < %(area_hi)s))
ORDER BY v.code, g.party_group_id, m.member_id
