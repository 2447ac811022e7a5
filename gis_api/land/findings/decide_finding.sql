UPDATE land_finding SET state = %(state)s, reason = %(reason)s
WHERE land_finding_id = %(land_finding_id)s RETURNING land_finding_id
