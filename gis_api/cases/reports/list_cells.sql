-- Names of groups: cells by their scope key.
SELECT scope_key, code, name FROM cell_version
WHERE scope_key = ANY (%(scope_keys)s) AND valid @> today()
