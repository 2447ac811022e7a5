UPDATE claim SET geom = ST_Multi(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490)),
  version = version + 1, registration = %(registration)s, registration_ref = NULL,
  registered_on = NULL, cell_id = %(cell_id)s, scope_key = %(scope_key)s
WHERE claim_id = %(claim_id)s
