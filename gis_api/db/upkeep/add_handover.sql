INSERT INTO post_handover (post_id, from_officer_id, to_officer_id, from_on, arranged_by)
VALUES (%(post_id)s, %(from_officer_id)s, %(to_officer_id)s, %(from_on)s, %(arranged_by)s)
RETURNING post_handover_id
