SELECT point_number, parcel_codes, survey_method, accuracy_m, ST_X(geom) AS lng, ST_Y(geom) AS lat
FROM boundary_point ORDER BY boundary_point_id
