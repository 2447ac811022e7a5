UPDATE job_progress SET cancel_requested = true, updated_at = now()
WHERE job_id = %(job_id)s AND outcome IS NULL
