UPDATE case_party SET
  name = CASE WHEN %(set_name)s THEN %(name)s::text ELSE name END,
  phone = CASE WHEN %(set_phone)s THEN %(phone)s::text ELSE phone END
WHERE case_party_id = %(case_party_id)s
