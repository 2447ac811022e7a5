UPDATE post_handover SET applied_at = now(), case_count = %(case_count)s,
  queued_count = %(queued_count)s
WHERE post_handover_id = %(post_handover_id)s
