SELECT c.cell_id, g.party_group_id, g.name FROM party_group_cell c
JOIN party_group g USING (party_group_id)
WHERE c.cell_id = ANY(%(cell_ids)s) ORDER BY g.party_group_id, c.cell_id
