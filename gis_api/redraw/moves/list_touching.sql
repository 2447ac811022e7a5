-- cells on the ground of a publication that are not part of it, for vertices that they need
SELECT v.cell_id, v.code, v.name, v.rank, parent.code AS parent_code, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
LEFT JOIN cell_version parent
  ON parent.cell_id = v.parent_cell_id AND parent.valid @> %(on)s::date
WHERE v.valid @> %(on)s::date AND v.cell_id <> ALL(%(cell_ids)s)
  AND v.geom && ST_SetSRID(ST_GeomFromWKB(%(points)s), 4490)
  AND ST_DWithin(ST_Boundary(v.geom), ST_SetSRID(ST_GeomFromWKB(%(points)s), 4490), 1e-10)
ORDER BY v.rank, v.code
