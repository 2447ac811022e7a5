UPDATE case_procedure SET stage = %(stage)s, stage_on = greatest(stage_on, %(on)s::date),
  ended_on = CASE WHEN %(result)s::text IS NOT NULL THEN greatest(begun_on, %(on)s::date) END,
  result = %(result)s
WHERE case_id = %(case_id)s AND procedure = %(procedure)s AND ended_on IS NULL
