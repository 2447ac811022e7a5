INSERT INTO audit (actor_id, act, object_kind, object_id, row_count, detail)
VALUES (%(actor_id)s, %(act)s, %(object_kind)s, %(object_id)s, %(row_count)s, %(detail)s::jsonb)
