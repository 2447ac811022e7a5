WITH bumped AS (UPDATE access_revision SET revision = revision + 1)
INSERT INTO audit (actor_id, act, object_kind, object_id, detail)
VALUES (0, 'restore', 'database', '', jsonb_build_object('backup_sha256', %(sha256)s::text))
