SELECT w.audit_id FROM audit_unsealed w
WHERE NOT EXISTS (SELECT FROM audit a WHERE a.audit_id = w.audit_id)
ORDER BY w.audit_id
