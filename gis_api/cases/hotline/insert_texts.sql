INSERT INTO case_text (case_id, body, access_key)
SELECT i.case_id, b.body, b.scope_key FROM bulk_case b JOIN bulk_id i USING (code)
