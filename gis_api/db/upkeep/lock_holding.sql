SELECT h.post_holding_id, p.kind, upper(h.valid) AS until_on,
       coalesce(lower(h.valid) >= %(from_on)s::date, false) AS begins_then,
       %(from_on)s::date <= today() AS is_due
FROM post p JOIN post_holding h USING (post_id)
WHERE p.post_id = %(post_id)s AND h.officer_id = %(officer_id)s
  AND h.valid @> %(from_on)s::date AND cell_in_scope(p.cell_id)
FOR UPDATE OF h
