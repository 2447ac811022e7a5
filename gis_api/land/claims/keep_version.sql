INSERT INTO claim_version (claim_id, version, geom, stated_area_m2, standing, registration,
  registration_ref, survey_method, accuracy_m, ended_by, why, land_strip_id)
SELECT claim_id, version, geom, stated_area_m2, standing, registration, registration_ref,
       survey_method, accuracy_m, %(ended_by)s, %(why)s, %(land_strip_id)s
FROM claim WHERE claim_id = %(claim_id)s
