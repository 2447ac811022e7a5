SELECT code, cell_id, scope_key FROM cell_version WHERE valid @> %(on)s::date
