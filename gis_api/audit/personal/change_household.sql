UPDATE household SET
  head_name = CASE WHEN %(set_head_name)s THEN %(head_name)s::text ELSE head_name END,
  phone = CASE WHEN %(set_phone)s THEN %(phone)s::text ELSE phone END,
  address = CASE WHEN %(set_address)s THEN coalesce(%(address)s::text, '') ELSE address END
WHERE household_id = %(household_id)s
