SELECT c.case_id, c.code, c.kind, c.access_key, c.state, c.closed_on, today() AS today
FROM "case" c WHERE c.code = %(code)s
