INSERT INTO case_text (case_id, body, access_key)
SELECT c.case_id, d.body, c.access_key FROM "case" c JOIN demo_case d USING (case_id)
