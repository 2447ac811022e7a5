-- New cells of these publications belong to the party group of the cell that most of their households
-- come from; cells that ended belong to none.
WITH heir AS (
  SELECT DISTINCT ON (l.to_cell_id) l.to_cell_id AS cell_id, c.party_group_id
  FROM cell_lineage l
  JOIN party_group_cell c ON c.cell_id = l.from_cell_id
  JOIN cell_version now ON now.cell_id = l.to_cell_id AND now.valid @> today()
  WHERE l.grid_version_id = ANY(%(grid_version_ids)s)
    AND NOT EXISTS (SELECT FROM party_group_cell own WHERE own.cell_id = l.to_cell_id)
  ORDER BY l.to_cell_id, l.household_share DESC, l.from_cell_id
), carried AS (
  INSERT INTO party_group_cell (party_group_id, cell_id) SELECT party_group_id, cell_id FROM heir
  RETURNING cell_id
), ended AS (
  DELETE FROM party_group_cell c
  WHERE c.cell_id IN (SELECT from_cell_id FROM cell_lineage
                      WHERE grid_version_id = ANY(%(grid_version_ids)s))
    AND NOT EXISTS (SELECT FROM cell_version v WHERE v.cell_id = c.cell_id AND v.valid @> today())
  RETURNING cell_id
)
SELECT (SELECT count(*) FROM carried) + (SELECT count(*) FROM ended) AS changed
