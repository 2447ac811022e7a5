INSERT INTO case_performance (case_id, case_agreement_id, due_on, what, amount_yuan)
VALUES (%(case_id)s, %(agreement_id)s, %(due_on)s, %(what)s, %(amount_yuan)s)
