CREATE TEMPORARY TABLE bulk_id ON COMMIT DROP AS
SELECT c.case_id, c.code FROM "case" c JOIN bulk_case b USING (code)
