UPDATE "case" SET rev = rev + 1, lead_officer_id = %(officer_id)s,
  lead_post_id = CASE WHEN %(queue_reason)s::text IS NULL THEN lead_post_id END,
  queue_reason = coalesce(%(queue_reason)s, queue_reason)
WHERE case_id = %(case_id)s
