SELECT valid_from FROM grid_version WHERE grid_version_id = %(grid_version_id)s
