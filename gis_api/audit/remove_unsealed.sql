DELETE FROM audit_unsealed WHERE audit_id = ANY (%(audit_ids)s)
