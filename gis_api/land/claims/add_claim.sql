INSERT INTO claim (parcel_code, parcel_name, kind, certificate_number, issued_on, issuing_organ,
  issuing_code, holder_household_id, holder_name, survey_method, accuracy_m, stated_area_m2,
  stated_area_unit, datum, evidence_state, valid, bounds_east, bounds_south, bounds_west,
  bounds_north, geom, cell_id, scope_key)
VALUES (%(parcel_code)s, %(parcel_name)s, %(kind)s, %(certificate_number)s, %(issued_on)s,
  %(issuing_organ)s, %(issuing_code)s, %(holder_household_id)s, %(holder_name)s, %(survey_method)s,
  %(accuracy_m)s, %(stated_area_m2)s, %(stated_area_unit)s, %(datum)s, %(evidence_state)s,
  daterange(%(valid_from)s, %(valid_until)s, '[]'), %(bounds_east)s, %(bounds_south)s,
  %(bounds_west)s, %(bounds_north)s, ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490), %(cell_id)s,
  %(scope_key)s)
RETURNING claim_id
