SELECT grid_version_id FROM grid_version
WHERE awaits_day AND valid_from <= today() ORDER BY grid_version_id FOR UPDATE
