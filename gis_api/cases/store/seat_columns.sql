  SELECT p.post_id, p.kind, p.cell_id, o.officer_id, o.household_id,
         EXISTS (SELECT FROM officer_leave l
                 WHERE l.officer_id = o.officer_id AND l.during @> %(on)s::date) AS on_leave,
         -- how many open cases somebody has breaks ties: not asked where nobody else could take it
         count(o.officer_id) OVER (PARTITION BY p.kind, p.cell_id) > 1 AS is_tied
  FROM post p
  LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> %(on)s::date
  LEFT JOIN officer o ON o.officer_id = h.officer_id
  WHERE p.cell_id = ANY(%(cell_ids)s) AND p.valid @> %(on)s::date
