-- whoever answers for an assigned case is asked to sign for it
UPDATE "case" c SET
  state = d.state, step_on = d.step_on, moved_at = d.moved_at, rev = c.rev + d.steps,
  receiver_post_id = CASE WHEN d.is_asked THEN c.lead_post_id END,
  receiver_officer_id = CASE WHEN d.is_asked THEN c.lead_officer_id END
FROM demo_course d WHERE d.case_id = c.case_id
