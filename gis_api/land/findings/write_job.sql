UPDATE land_check SET job_id = %(job_id)s WHERE land_check_id = %(land_check_id)s
