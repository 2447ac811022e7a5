UPDATE claim_freeze SET lifted_on = %(lifted_on)s, lifted_by = %(lifted_by)s,
  lift_reason = %(lift_reason)s
WHERE claim_id = %(claim_id)s AND lifted_on IS NULL
RETURNING claim_freeze_id
