SELECT m.marker_number, m.state, m.parcel_codes, ST_X(coalesce(s.geom, m.geom)) AS lng,
       ST_Y(coalesce(s.geom, m.geom)) AS lat, s.accuracy_m, m.cell_id, m.scope_key
FROM marker m
LEFT JOIN LATERAL (
  SELECT geom, accuracy_m FROM marker_sighting s
  WHERE s.marker_id = m.marker_id AND s.geom IS NOT NULL
  ORDER BY s.seen_on DESC, s.marker_sighting_id DESC LIMIT 1
) s ON true
ORDER BY m.marker_id
