UPDATE case_clock SET stopped_on = greatest(started_on, %(on)s::date), stopped_by = %(stopped_by)s
WHERE case_id = %(case_id)s AND rule = %(rule)s AND stopped_on IS NULL
