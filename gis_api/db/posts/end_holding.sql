UPDATE post_holding h
SET valid = daterange(lower(h.valid), %(on)s::date)
FROM post p
WHERE p.post_id = h.post_id AND p.cell_id = %(cell_id)s AND p.kind = %(kind)s
  AND h.valid @> %(on)s::date AND (lower(h.valid) IS NULL OR lower(h.valid) < %(on)s::date)
RETURNING h.officer_id
