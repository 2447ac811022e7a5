SELECT cell_id, cell_version_id, code, rank, scope_key
FROM cell_version
WHERE cell_id = ANY(%(cell_ids)s) AND valid @> %(on)s::date
