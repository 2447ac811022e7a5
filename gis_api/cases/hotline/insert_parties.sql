INSERT INTO case_party (case_id, side, name, phone, access_key)
SELECT i.case_id, 'reporter', b.name, b.phone, b.scope_key
FROM bulk_case b JOIN bulk_id i USING (code)
WHERE b.name IS NOT NULL OR b.phone IS NOT NULL
ORDER BY i.case_id
