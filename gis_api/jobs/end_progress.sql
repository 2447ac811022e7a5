UPDATE job_progress
SET outcome = %(outcome)s, result = %(result)s::jsonb, updated_at = now()
WHERE job_id = %(job_id)s
