INSERT INTO post (cell_id, kind, valid)
SELECT cell_id, %(kind)s, daterange(%(on)s::date, NULL) FROM cell_code WHERE code = %(code)s
RETURNING post_id
