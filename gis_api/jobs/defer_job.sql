SELECT (procrastinate.procrastinate_defer_jobs_v1(ARRAY[ROW(
  'default', %(task)s, 0, NULL, NULL, %(args)s::jsonb, NULL
)::procrastinate.procrastinate_job_to_defer_v1]))[1]
