-- Who looks after an area's centre: holders of its centre post today.
SELECT DISTINCT h.officer_id FROM post p
JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> today()
JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> today()
WHERE p.kind = 'township_centre' AND p.valid @> today() AND starts_with(%(scope_key)s, v.scope_key)
ORDER BY h.officer_id
