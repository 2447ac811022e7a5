UPDATE service_request SET state = %(state)s, rev = rev + 1
WHERE service_request_id = %(request_id)s
