INSERT INTO talking_session (held_on, cell_id, scope_key, persons, matters, settled, note,
                             registered_at, registered_by)
SELECT today() - (9 + 30 * n)::integer, c.cell_id, c.scope_key, 6 + (c.v + n) %% 12,
       1 + (c.v + n) %% 3, (c.v + n) %% 2, '合成数据', now() - make_interval(days => 9 + 30 * n), 0
FROM (SELECT cell_id, scope_key, (row_number() OVER (ORDER BY code))::integer AS v
      FROM cell_version WHERE valid @> today() AND rank = %(village_rank)s) c
CROSS JOIN generate_series(0, 5) AS n
