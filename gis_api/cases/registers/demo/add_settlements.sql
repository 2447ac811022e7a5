INSERT INTO grid_settlement (settled_on, cell_id, scope_key, kind, way, persons, registered_at,
                             registered_by)
SELECT today() - (c.v * 7 %% 300)::integer, c.cell_id, c.scope_key,
       (ARRAY['neighbour', 'family', 'land'])[1 + c.v %% 3],
       (ARRAY['mediated', 'explained', 'helped'])[1 + c.v %% 3], 2 + c.v %% 2,
       now() - make_interval(days => c.v * 7 %% 300), 0
FROM (SELECT cell_id, scope_key, (row_number() OVER (ORDER BY code))::integer AS v
      FROM cell_version WHERE valid @> today() AND rank = (SELECT max(rank) FROM grid_level)) c
