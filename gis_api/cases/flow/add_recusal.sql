INSERT INTO case_recusal (case_id, officer_id, has_kin_tie)
VALUES (%(case_id)s, %(officer_id)s, %(has_kin_tie)s)
ON CONFLICT (case_id, officer_id) DO NOTHING
