SELECT v.code, v.name, v.rank, o.duty_name, o.duty_phone, k.name_zh AS title_zh,
       k.name_en AS title_en
FROM case_joint j
JOIN cell_version v ON v.cell_id = j.cell_id AND v.valid @> today()
LEFT JOIN post p ON p.post_id = j.post_id
LEFT JOIN post_kind k ON k.kind = p.kind
LEFT JOIN officer o ON o.officer_id = j.officer_id
WHERE j.case_id = %(case_id)s ORDER BY v.code
