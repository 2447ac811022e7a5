INSERT INTO import_mapping (kind, columns_sha256, mapping, saved_by)
VALUES (%(kind)s, %(columns_sha256)s, %(mapping)s, %(saved_by)s)
ON CONFLICT (kind, columns_sha256)
DO UPDATE SET mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at = now()
