UPDATE case_overlay SET ended_on = greatest(%(on)s::date, begun_on)
WHERE case_id = %(case_id)s AND ended_on IS NULL
  AND (%(overlay)s::text IS NULL OR overlay = %(overlay)s)
