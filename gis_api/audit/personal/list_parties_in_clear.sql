SELECT p.case_party_id, p.side, p.name, p.phone, p.household_id, p.blanked_at,
       p.officer_id IS NOT NULL AS is_officer,
       h.address, h.head_name, h.phone AS household_phone
FROM case_party p
LEFT JOIN household h ON h.household_id = p.household_id
WHERE p.case_id = %(case_id)s
ORDER BY p.case_party_id
