-- The micro grids of groups nearest to a micro grid; distances are between inner points.
SELECT c.party_group_id, g.name AS group_name, v.scope_key,
       ST_X(p.at) AS lng, ST_Y(p.at) AS lat, v.cell_id = %(cell_id)s AS is_here
FROM cell_version v
JOIN party_group_cell c ON c.cell_id = v.cell_id
JOIN party_group g ON g.party_group_id = c.party_group_id
CROSS JOIN ST_PointOnSurface(v.geom) AS p (at)
WHERE v.valid @> today()
ORDER BY v.geom <-> (SELECT geom FROM cell_version
                     WHERE cell_id = %(cell_id)s AND valid @> today())
LIMIT %(limit)s
