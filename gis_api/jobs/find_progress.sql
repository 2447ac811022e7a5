SELECT p.job_id, p.task, p.done, p.total, p.note, p.cancel_requested, p.outcome, p.result,
       p.created_at, p.updated_at, p.requested_by,
       CASE WHEN p.outcome IS NOT NULL THEN p.outcome
            WHEN j.status = 'todo' THEN 'waiting'
            WHEN j.status IS NULL OR j.status IN ('failed', 'aborted') THEN 'failed'
            ELSE 'running' END AS state
FROM job_progress p
LEFT JOIN procrastinate.procrastinate_jobs j ON j.id = p.job_id
WHERE p.job_id = %(job_id)s
