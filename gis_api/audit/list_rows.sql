SELECT audit_id, at, actor_id, act, object_kind, object_id, row_count, purpose, detail
FROM audit WHERE audit_id = ANY (%(audit_ids)s)
