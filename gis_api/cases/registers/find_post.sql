SELECT p.post_id
FROM post p
JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> today()
WHERE h.officer_id = %(officer_id)s AND p.valid @> today()
ORDER BY p.post_id LIMIT 1
