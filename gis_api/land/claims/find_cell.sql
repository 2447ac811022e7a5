SELECT cell_id, scope_key FROM cell_version
WHERE (cell_id = %(cell_id)s OR code = %(code)s) AND valid @> today()
