SELECT service_request_id, kind, state, rev, cell_id FROM service_request
WHERE service_request_id = %(request_id)s FOR UPDATE
