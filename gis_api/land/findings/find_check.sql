SELECT land_check_id, job_id, stage, tolerance_m2, claim_count, counts, made_at, finished_at, made_by
FROM land_check WHERE land_check_id = %(land_check_id)s
