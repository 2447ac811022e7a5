SELECT c.claim_id, c.parcel_code, c.parcel_name, c.kind, c.certificate_number, c.issued_on,
       c.survey_method, c.accuracy_m, c.datum, c.holder_household_id, c.stated_area_m2,
       c.stated_area_unit, c.cell_id, c.scope_key, coalesce(c.holder_name, h.head_name) AS holder,
       c.bounds_east, c.bounds_south, c.bounds_west, c.bounds_north, ST_AsBinary(c.geom) AS wkb
FROM claim c LEFT JOIN household h ON h.household_id = c.holder_household_id
WHERE c.valid @> today()
ORDER BY c.claim_id
