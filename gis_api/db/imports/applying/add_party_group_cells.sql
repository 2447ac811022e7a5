INSERT INTO party_group_cell (party_group_id, cell_id)
SELECT g.party_group_id, v.cell_id
FROM import_row r
JOIN party_group g ON g.import_batch_id = %(batch_id)s AND g.name = r.vals ->> 'name'
  AND g.village_cell_id = r.cell_id
CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(r.vals -> 'cell_codes', '[]')) AS given(cell_code)
JOIN cell_version v ON v.code = given.cell_code AND v.valid @> today()
WHERE r.import_id = %(import_id)s AND r.fault IS NULL
ON CONFLICT DO NOTHING
