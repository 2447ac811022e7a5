INSERT INTO post (cell_id, kind, valid)
VALUES (%(cell_id)s, %(kind)s, daterange(%(on)s::date, NULL)) RETURNING post_id
