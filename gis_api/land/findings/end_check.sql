UPDATE land_check SET finished_at = now(), claim_count = %(claim_count)s, counts = %(counts)s
WHERE land_check_id = %(land_check_id)s
