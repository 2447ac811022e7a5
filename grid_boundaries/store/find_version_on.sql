SELECT max(grid_version_id) FROM grid_version WHERE valid_from <= %(on)s::date
