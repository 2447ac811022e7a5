DELETE FROM procrastinate.procrastinate_jobs j
WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
  AND NOT EXISTS (
    SELECT FROM procrastinate.procrastinate_events e
    WHERE e.job_id = j.id AND e.at > now() - %(keep)s::interval)
