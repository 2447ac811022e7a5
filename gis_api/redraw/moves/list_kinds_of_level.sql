-- kinds of post that the grids of a level have today
SELECT DISTINCT p.kind, k.name_zh, k.name_en FROM post p
JOIN post_kind k USING (kind)
JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> %(on)s::date
WHERE v.rank = %(rank)s AND p.valid @> %(on)s::date ORDER BY p.kind
