SELECT p.post_id, p.kind, p.cell_id, v.code, v.rank, v.scope_key
FROM post p JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> today()
WHERE p.post_id = %(post_id)s AND p.valid @> today()
