SELECT boundary_point_id, point_number, survey_method, accuracy_m, mark_kind, fix,
       ST_X(geom) AS lng, ST_Y(geom) AS lat
FROM boundary_point
WHERE geom && ST_Expand(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490), %(reach_deg)s)
ORDER BY boundary_point_id LIMIT 200
