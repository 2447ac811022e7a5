UPDATE "case" SET rev = rev + 1, lead_officer_id = %(officer_id)s,
  lead_post_id = %(post_id)s,
  queue_reason = coalesce(%(queue_reason)s, queue_reason)
WHERE case_id = %(case_id)s
