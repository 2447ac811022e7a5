SELECT h.household_id, h.address, h.head_name, h.since_on, v.code AS cell_code, v.name AS cell_name
FROM contact_households(%(member_id)s) h
LEFT JOIN cell_version v ON v.cell_id = h.cell_id AND v.valid @> today()
ORDER BY v.code, h.address, h.household_id
