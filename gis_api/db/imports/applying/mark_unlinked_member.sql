UPDATE import_row r SET fault = 'import.unknown_group'
WHERE r.import_id = %(import_id)s AND r.fault IS NULL
  AND NOT EXISTS (SELECT FROM party_group g
                  WHERE g.name = r.vals ->> 'group_name' AND g.ended_on IS NULL
                    AND (r.cell_id IS NULL OR g.village_cell_id = r.cell_id))
