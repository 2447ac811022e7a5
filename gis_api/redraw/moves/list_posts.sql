SELECT p.post_id, p.cell_id, p.kind, k.name_zh, k.name_en, h.officer_id, o.duty_name
FROM post p
JOIN post_kind k USING (kind)
LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> %(on)s::date
LEFT JOIN officer o USING (officer_id)
WHERE p.cell_id = ANY(%(cell_ids)s) AND p.valid @> %(on)s::date
ORDER BY p.cell_id, p.kind, p.post_id
