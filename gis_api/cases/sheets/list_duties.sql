-- Posts of a cell, then of those right below it, then of the one it lies in; vacant ones included.
SELECT v.name AS cell_name, k.name_zh, k.name_en, o.duty_name, o.duty_phone
FROM cell_version own
JOIN cell_version v ON v.valid @> today()
  AND (v.cell_id IN (own.cell_id, own.parent_cell_id) OR v.parent_cell_id = own.cell_id)
JOIN post p ON p.cell_id = v.cell_id AND p.valid @> today()
JOIN post_kind k ON k.kind = p.kind
LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> today()
LEFT JOIN officer o ON o.officer_id = h.officer_id
WHERE own.cell_id = %(cell_id)s AND own.valid @> today()
ORDER BY CASE WHEN v.cell_id = own.cell_id THEN 0 WHEN v.parent_cell_id = own.cell_id THEN 1 ELSE 2 END,
         v.code, p.post_id, o.officer_id
