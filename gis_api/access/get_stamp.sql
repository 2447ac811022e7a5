SELECT revision, coalesce((SELECT max(grid_version_id) FROM grid_version), 0) AS grid_version_id,
       today() AS day
FROM access_revision
