UPDATE grid_version SET awaits_day = true
WHERE grid_version_id = %(grid_version_id)s AND valid_from > today()
