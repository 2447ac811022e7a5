INSERT INTO case_grant (case_id, officer_id, reason) VALUES (%(case_id)s, %(officer_id)s, 'joint')
ON CONFLICT (case_id, officer_id) DO NOTHING
