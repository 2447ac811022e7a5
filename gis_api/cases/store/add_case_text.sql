INSERT INTO case_text (case_id, body, access_key) VALUES (%(case_id)s, %(body)s, %(access_key)s)
