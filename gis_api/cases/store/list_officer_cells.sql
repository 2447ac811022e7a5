SELECT p.cell_id
FROM post_holding h JOIN post p USING (post_id)
WHERE h.officer_id = %(officer_id)s AND h.valid @> %(on)s::date AND p.valid @> %(on)s::date
