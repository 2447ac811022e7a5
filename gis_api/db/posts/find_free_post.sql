SELECT p.post_id FROM post p
WHERE p.cell_id = %(cell_id)s AND p.kind = %(kind)s AND p.valid @> %(on)s::date
  AND NOT EXISTS (SELECT FROM post_holding h
                  WHERE h.post_id = p.post_id AND h.valid && daterange(%(on)s::date, NULL))
ORDER BY p.post_id LIMIT 1
