SELECT claim_id, parcel_code, kind, certificate_number, issued_on, survey_method, accuracy_m, datum,
       holder_household_id, version, standing, registration, scope_key, cell_id, stated_area_m2,
       ST_AsBinary(geom) AS wkb, today() AS today
FROM claim WHERE claim_id = %(claim_id)s FOR UPDATE
