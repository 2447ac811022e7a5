DROP TABLE work_calendar, work_calendar_year, case_attention, case_recusal, case_performance,
  case_agreement, case_document, case_note, case_clock, case_procedure, case_overlay;
ALTER TABLE "case"
  DROP CONSTRAINT case_state_known,
  DROP COLUMN outcome, DROP COLUMN settled_on, DROP COLUMN settled_by, DROP COLUMN satisfaction,
  DROP COLUMN receiver_post_id, DROP COLUMN receiver_officer_id, DROP COLUMN official_officer_id,
  DROP COLUMN ended_by, DROP COLUMN step_on, DROP COLUMN moved_at;
