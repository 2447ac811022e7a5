-- Cells whose group is another one than when the plan was made, and grids that came or went.
SELECT (SELECT count(*) FROM party_group_plan_cell p
        LEFT JOIN party_group_cell c ON c.cell_id = p.cell_id
        WHERE p.party_group_plan_id = %(plan_id)s
          AND p.before_group_id IS DISTINCT FROM c.party_group_id)
     + (SELECT count(*) FROM
          (SELECT cell_id FROM party_group_plan_cell WHERE party_group_plan_id = %(plan_id)s) p
        FULL JOIN
          (SELECT cell_id FROM cell_version WHERE valid @> today()
             AND rank = (SELECT max(rank) FROM cell_version WHERE valid @> today())) v
        USING (cell_id) WHERE p.cell_id IS NULL OR v.cell_id IS NULL) AS stale
