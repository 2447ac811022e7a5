SELECT coalesce(max(grid_version_id), 0) FROM grid_version
