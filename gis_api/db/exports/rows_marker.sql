SELECT m.marker_number, m.kind, nullif(m.state, 'unknown') AS state,
       nullif(array_to_string(m.parcel_codes, '/'), '') AS parcel_code, m.placed_on, m.checked_on,
       CASE WHEN %(clear)s OR m.note = '' THEN m.note
            WHEN m.note IS NOT NULL THEN '***' END AS note,
       ST_AsBinary(m.geom) AS wkb
FROM marker m
WHERE %(area_lo)s::text IS NULL OR (m.scope_key >= %(area_lo)s AND m.scope_key < %(area_hi)s)
ORDER BY m.marker_id
