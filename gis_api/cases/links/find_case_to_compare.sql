SELECT case_id, ST_AsBinary(geom) AS wkb, kind, happened_on, accuracy_m, cell_id
FROM "case" WHERE code = %(code)s
