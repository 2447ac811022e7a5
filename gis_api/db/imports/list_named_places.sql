-- what an address may name besides villages: villager groups and names of the gazetteer
SELECT 'group' AS layer, g.villager_group_id AS key, g.name, '{}'::text[] AS aliases,
       g.village_cell_id, ST_X(ST_PointOnSurface(g.geom)) AS lng, ST_Y(ST_PointOnSurface(g.geom)) AS lat
FROM villager_group g
UNION ALL
SELECT 'place', p.place_name_id, p.name, p.aliases, NULL,
       ST_X(ST_PointOnSurface(p.geom)), ST_Y(ST_PointOnSurface(p.geom))
FROM place_name p
ORDER BY 1, 2
