INSERT INTO case_source_ref (source, ref, case_id)
SELECT %(source)s, b.ref, i.case_id FROM bulk_case b JOIN bulk_id i USING (code)
