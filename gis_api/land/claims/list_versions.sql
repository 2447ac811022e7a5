SELECT v.version, v.standing, v.registration, v.registration_ref, v.survey_method, v.accuracy_m,
       v.stated_area_m2, v.ended_at, v.why, v.land_strip_id, ST_AsBinary(v.geom) AS wkb
FROM claim_version v WHERE v.claim_id = %(claim_id)s ORDER BY v.version
