INSERT INTO case_import (file_sha256, source, row_count, actor_id)
VALUES (%(file_sha256)s, %(source)s, %(row_count)s, %(actor_id)s)
ON CONFLICT (file_sha256) DO NOTHING
