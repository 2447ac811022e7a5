INSERT INTO service_request
  (kind, text, wanted_on, contact_name, contact_phone, cell_id, scope_key, registered_by)
SELECT %(kind)s, %(text)s, %(wanted_on)s, %(contact_name)s, %(contact_phone)s, v.cell_id,
       v.scope_key, %(registered_by)s
FROM cell_version v WHERE v.cell_id = %(cell_id)s AND v.valid @> today()
RETURNING service_request_id
