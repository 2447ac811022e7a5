UPDATE claim SET version = version + 1, registration = 'registered',
  registration_ref = %(registration_ref)s, registered_on = %(registered_on)s
WHERE claim_id = %(claim_id)s
