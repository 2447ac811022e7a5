SELECT v.cell_id, v.code, v.name, v.rank, v.scope_key, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
WHERE v.valid @> %(on)s::date AND v.rank = ANY (%(ranks)s::smallint[])
  AND v.scope_key >= %(lo)s AND v.scope_key < %(hi)s
ORDER BY v.rank, v.code
