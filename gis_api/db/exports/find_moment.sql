SELECT today() AS today, (SELECT max(grid_version_id) FROM grid_version) AS grid_version_id
