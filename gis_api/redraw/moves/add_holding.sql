INSERT INTO post_holding (post_id, officer_id, valid)
VALUES (%(post_id)s, %(officer_id)s, daterange(%(on)s::date, NULL))
