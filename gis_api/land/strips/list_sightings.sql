SELECT marker_sighting_id, marker_id, state, seen_on, accuracy_m, fix, attachment_id,
       ST_X(geom) AS lng, ST_Y(geom) AS lat
FROM marker_sighting WHERE marker_id = ANY (%(marker_ids)s) ORDER BY marker_sighting_id
