SELECT p.post_id, p.kind AS post_kind, k.name_zh AS title_zh, k.name_en AS title_en,
       v.code AS cell_code, v.name AS cell_name, v.rank,
       o.officer_id, o.duty_name, o.duty_phone,
       EXISTS (SELECT FROM officer_leave l
               WHERE l.officer_id = o.officer_id AND l.during @> %(on)s::date) AS on_leave
FROM post p
JOIN post_kind k ON k.kind = p.kind
JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> %(on)s::date
LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> %(on)s::date
LEFT JOIN officer o ON o.officer_id = h.officer_id
WHERE p.cell_id = ANY(%(cell_ids)s) AND p.valid @> %(on)s::date
ORDER BY v.rank DESC, p.post_id, o.officer_id
