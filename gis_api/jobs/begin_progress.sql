INSERT INTO job_progress (job_id, task, requested_by)
VALUES (%(job_id)s, %(task)s, %(requested_by)s)
ON CONFLICT (job_id) DO NOTHING
