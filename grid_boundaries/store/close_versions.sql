UPDATE cell_version v
SET valid = daterange(lower(v.valid), %(valid_from)s::date)
FROM publication p
WHERE v.cell_id = p.cell_id AND v.valid @> %(valid_from)s::date
