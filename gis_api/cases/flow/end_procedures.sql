UPDATE case_procedure SET ended_on = greatest(stage_on, %(on)s::date), result = 'case_ended'
WHERE case_id = %(case_id)s AND ended_on IS NULL AND NOT procedure = ANY (%(outliving)s)
