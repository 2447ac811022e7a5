UPDATE "case" SET
  state = %(state)s, outcome = %(outcome)s, closed_on = %(closed_on)s, ended_by = %(ended_by)s,
  lead_post_id = %(lead_post_id)s, lead_officer_id = %(lead_officer_id)s,
  receiver_post_id = %(receiver_post_id)s, receiver_officer_id = %(receiver_officer_id)s,
  official_officer_id = %(official_officer_id)s, queue_reason = %(queue_reason)s,
  settled_on = %(settled_on)s, settled_by = %(settled_by)s, satisfaction = %(satisfaction)s,
  step_on = %(step_on)s, moved_at = now(), rev = rev + 1
WHERE case_id = %(case_id)s
