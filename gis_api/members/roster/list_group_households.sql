SELECT h.household_id, h.address, h.head_name, h.scope_key,
       v.code AS cell_code, v.name AS cell_name
FROM group_households(%(party_group_id)s) h
JOIN cell_version v ON v.cell_id = h.cell_id AND v.valid @> today()
WHERE %(cell_code)s::text IS NULL OR v.code = %(cell_code)s
ORDER BY v.code, h.address, h.household_id
LIMIT %(limit)s
