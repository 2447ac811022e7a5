UPDATE cell_version SET valid = daterange(lower(valid), %(on)s::date)
WHERE cell_id = ANY(%(cell_ids)s) AND valid @> %(on)s::date
