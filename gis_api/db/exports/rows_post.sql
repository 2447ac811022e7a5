-- a vacant post is a row without a holder
SELECT v.code AS cell_code, v.name AS cell_name, w.name AS village_name, p.kind,
       CASE WHEN %(work_data)s THEN o.duty_name
            ELSE left(o.duty_name, 1) || repeat('*', greatest(length(o.duty_name) - 1, 1))
       END AS duty_name,
       CASE WHEN %(work_data)s THEN o.duty_phone
            WHEN length(o.duty_phone) >= 11
              THEN left(o.duty_phone, 3) || '****' || right(o.duty_phone, 4)
            ELSE repeat('*', length(o.duty_phone))
       END AS duty_phone,
       lower(h.valid) AS from_on, upper(h.valid) - 1 AS until_on
FROM post p
JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> %(on)s::date
LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> %(on)s::date
LEFT JOIN officer o ON o.officer_id = h.officer_id
LEFT JOIN (
  SELECT c.name, c.scope_key FROM cell_version c
  JOIN grid_level l ON l.rank = c.rank AND l.role = 'village'
  WHERE c.valid @> %(on)s::date
) w ON w.scope_key = left(v.scope_key, length(w.scope_key))
WHERE p.valid @> %(on)s::date
  AND v.scope_key >= (SELECT scope_lo()) AND v.scope_key < (SELECT scope_hi())
  AND (%(area_lo)s::text IS NULL OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))
ORDER BY v.rank, v.code, p.kind, p.post_id, h.post_holding_id
