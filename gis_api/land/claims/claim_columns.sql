c.claim_id, c.parcel_code, c.parcel_name, c.kind, c.certificate_number, c.issued_on,
       c.issuing_organ, c.issuing_code, lower(c.valid) AS valid_from, upper(c.valid) - 1 AS valid_until,
       c.evidence_state, c.standing, c.survey_method, c.accuracy_m, c.stated_area_m2,
       c.stated_area_unit, c.datum, c.version, c.registration, c.registration_ref, c.registered_on,
       c.holder_household_id IS NOT NULL AS holder_is_household,
       left(coalesce(c.holder_name, h.head_name), 1)
         || repeat('*', greatest(length(coalesce(c.holder_name, h.head_name)) - 1, 1)) AS holder_masked,
       c.bounds_east <> '' AS has_east, c.bounds_south <> '' AS has_south,
       c.bounds_west <> '' AS has_west, c.bounds_north <> '' AS has_north,
       c.cell_id, c.scope_key, c.holder_household_id, c.import_batch_id IS NOT NULL AS is_imported,
       ST_AsBinary(c.geom) AS wkb,
       f.claim_freeze_id, f.review_on AS freeze_review_on
FROM claim c
LEFT JOIN household h ON h.household_id = c.holder_household_id
LEFT JOIN claim_freeze f ON f.claim_id = c.claim_id AND f.lifted_on IS NULL
