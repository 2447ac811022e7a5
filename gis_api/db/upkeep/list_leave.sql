SELECT l.officer_leave_id, l.officer_id, o.duty_name, lower(l.during) AS from_on,
       upper(l.during) - 1 AS to_on, l.during @> today() AS is_now
FROM officer_leave l JOIN officer o USING (officer_id)
WHERE (upper(l.during) IS NULL OR upper(l.during) > today())
  AND (l.officer_id = %(own_officer_id)s
       OR EXISTS (SELECT FROM post_holding h JOIN post p USING (post_id)
                  WHERE h.officer_id = l.officer_id AND h.valid && l.during
                    AND cell_in_scope(p.cell_id)))
ORDER BY lower(l.during), l.officer_leave_id LIMIT 1000
