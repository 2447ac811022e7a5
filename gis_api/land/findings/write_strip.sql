UPDATE land_finding SET state = %(state)s, land_strip_id = %(land_strip_id)s
WHERE rule LIKE 'overlap%%' AND left_claim_id = least(%(left)s, %(right)s::bigint)
  AND right_claim_id IS NOT DISTINCT FROM greatest(%(left)s, %(right)s::bigint)
