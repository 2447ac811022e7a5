-- Twelve batches a village over the last year; which is which follows from their number.
INSERT INTO reception (received_on, door, cell_id, scope_key, persons, kind, outcome, passed_to,
                       note, closing, closed_on, registered_at, registered_by)
SELECT d.on_date, (ARRAY['window', 'talking_room', 'leader_day', 'field'])[1 + d.n %% 4],
       d.cell_id, d.scope_key, 1 + d.n %% 4,
       CASE WHEN d.n %% 2 = 1 THEN (ARRAY['land', 'neighbour', 'mine_village'])[1 + d.n %% 3] END,
       CASE WHEN d.n %% 2 = 0 THEN 'consulted' WHEN d.n %% 6 = 1 THEN 'explained'
            ELSE 'passed_on' END,
       CASE WHEN d.n %% 2 = 1 AND d.n %% 6 <> 1
            THEN (ARRAY['department', 'station', 'village'])[1 + d.n %% 3] END,
       '合成数据',
       CASE WHEN d.n %% 6 = 3 THEN (ARRAY['agreement', 'answered', 'withdrawal'])[1 + d.v %% 3] END,
       CASE WHEN d.n %% 6 = 3 THEN d.on_date + 12 END,
       d.on_date + time '10:00', 0
FROM (
  SELECT c.cell_id, c.scope_key, n, v, today() - (20 + 28 * n + (v * 5) %% 20)::integer AS on_date
  FROM (SELECT cell_id, scope_key, row_number() OVER (ORDER BY code) AS v FROM cell_version
        WHERE valid @> today() AND rank = %(village_rank)s) c
  CROSS JOIN generate_series(0, 11) AS n
) d
