SELECT code, cell_id, scope_key FROM cell_version
WHERE code = ANY(%(codes)s) AND valid @> today()
