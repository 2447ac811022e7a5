UPDATE grid_version SET awaits_day = false WHERE grid_version_id = ANY(%(grid_version_ids)s)
