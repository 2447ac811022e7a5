INSERT INTO marker_sighting (marker_id, state, seen_on, geom, accuracy_m, fix, attachment_id,
  seen_by)
VALUES (%(marker_id)s, %(state)s, today(),
  CASE WHEN %(lng)s::double precision IS NULL THEN NULL
       ELSE ST_Point(%(lng)s, %(lat)s, 4490) END,
  %(accuracy_m)s, %(fix)s, %(attachment_id)s, %(seen_by)s)
RETURNING marker_sighting_id
