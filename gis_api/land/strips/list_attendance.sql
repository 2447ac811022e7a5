SELECT a.role, a.case_party_id, a.state, a.signed_on,
       left(coalesce(p.name, p.organisation), 1)
         || repeat('*', greatest(length(coalesce(p.name, p.organisation)) - 1, 1)) AS name_masked
FROM land_attendance a
LEFT JOIN case_party p ON p.case_party_id = a.case_party_id
WHERE a.land_strip_id = %(land_strip_id)s
ORDER BY array_position(ARRAY['left_holder', 'right_holder', 'neighbour', 'collective', 'witness',
  'surveyor'], a.role), a.land_attendance_id
