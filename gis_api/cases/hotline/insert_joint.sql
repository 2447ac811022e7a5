INSERT INTO case_joint (case_id, cell_id, post_id, officer_id, access_key)
SELECT i.case_id, j.cell_id, j.post_id, j.officer_id, b.scope_key
FROM bulk_joint j JOIN bulk_id i USING (code) JOIN bulk_case b USING (code)
