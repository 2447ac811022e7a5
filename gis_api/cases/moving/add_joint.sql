INSERT INTO case_joint (case_id, cell_id, post_id, officer_id, access_key)
VALUES (%(case_id)s, %(cell_id)s, %(post_id)s, %(officer_id)s, %(access_key)s)
ON CONFLICT (case_id, cell_id) DO NOTHING
