SELECT at, object_id AS case_code, act, purpose, row_count FROM audit
WHERE object_kind = 'case' AND object_id = ANY (%(case_codes)s)
  AND act IN ('case.read', 'personal.unmask', 'subject.export')
ORDER BY audit_id
