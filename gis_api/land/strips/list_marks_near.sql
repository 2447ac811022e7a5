SELECT m.marker_id, m.marker_number, m.kind, m.state, m.checked_on, m.placed_on, m.parcel_codes,
       ST_X(m.geom) AS lng, ST_Y(m.geom) AS lat
FROM marker m
WHERE (m.geom && ST_Expand(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490), %(reach_deg)s)
       OR (m.geom IS NULL AND m.parcel_codes && %(parcel_codes)s::text[]))
ORDER BY m.marker_id LIMIT 200
