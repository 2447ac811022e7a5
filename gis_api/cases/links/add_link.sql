INSERT INTO case_link (case_id, main_case_id, relation, linked_by)
VALUES (%(case_id)s, %(main_case_id)s, %(relation)s, %(linked_by)s)
