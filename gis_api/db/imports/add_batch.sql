INSERT INTO import_batch (kind, file_sha256, options, row_count, findings, accepted, reason,
                          actor_id, grid_version_id)
VALUES (%(kind)s, %(file_sha256)s, %(options)s, %(row_count)s, %(findings)s, %(accepted)s,
        %(reason)s, %(actor_id)s, %(grid_version_id)s)
RETURNING import_batch_id
