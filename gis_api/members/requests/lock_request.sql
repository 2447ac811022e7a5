SELECT r.service_request_id, r.kind, r.state, r.rev, r.cell_id, r.scope_key,
       (SELECT code FROM cell_version v WHERE v.cell_id = r.cell_id AND v.valid @> today())
         AS cell_code
FROM service_request r
WHERE service_request_id = %(request_id)s FOR UPDATE
