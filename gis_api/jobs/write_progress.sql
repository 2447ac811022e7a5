UPDATE job_progress
SET done = %(done)s, total = %(total)s, note = %(note)s, updated_at = now()
WHERE job_id = %(job_id)s
RETURNING cancel_requested
