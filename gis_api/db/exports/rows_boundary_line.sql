SELECT b.line_number, nullif(array_to_string(b.parcel_codes, '/'), '') AS parcel_code,
       b.from_point, b.to_point, b.nature, b.feature, b.position, b.stated_length_m AS length_m,
       CASE WHEN %(clear)s OR b.description = '' THEN b.description
            WHEN b.description IS NOT NULL THEN '***' END AS description,
       ST_AsBinary(b.geom) AS wkb
FROM boundary_line b
WHERE %(area_lo)s::text IS NULL OR (b.scope_key >= %(area_lo)s AND b.scope_key < %(area_hi)s)
ORDER BY b.boundary_line_id
