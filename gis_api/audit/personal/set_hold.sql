INSERT INTO legal_hold (case_id, basis, review_on, set_by)
VALUES (%(case_id)s, %(basis)s, %(review_on)s, %(set_by)s)
ON CONFLICT (case_id, basis) WHERE lifted_at IS NULL DO NOTHING
RETURNING legal_hold_id
