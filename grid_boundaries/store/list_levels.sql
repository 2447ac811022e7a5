SELECT l.rank, l.name_zh, l.name_en, l.role, l.code_digits,
       (SELECT count(*) FROM cell_version v WHERE v.rank = l.rank AND v.valid @> %(on)s::date)
         AS cells
FROM grid_level l
ORDER BY l.rank
