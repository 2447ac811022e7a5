CREATE TEMPORARY TABLE demo_course (
  case_id bigint, state text, step_on date, moved_at timestamptz, steps integer, is_asked boolean
) ON COMMIT DROP
