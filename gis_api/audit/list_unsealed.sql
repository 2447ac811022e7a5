SELECT audit_id FROM audit_unsealed ORDER BY audit_id LIMIT %(limit)s
