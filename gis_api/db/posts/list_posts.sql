SELECT p.post_id, p.kind, k.name_zh, k.name_en, o.officer_id, o.duty_name, o.duty_phone,
       lower(h.valid) AS from_on
FROM post p
JOIN post_kind k USING (kind)
LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> %(on)s::date
LEFT JOIN officer o USING (officer_id)
WHERE p.cell_id = %(cell_id)s AND p.valid @> %(on)s::date
ORDER BY p.post_id, o.officer_id
