SET ROLE wangge_owner;
DROP FUNCTION blank_shift_notes(date, integer);
DROP POLICY shift_note_blanked ON shift_note;
REVOKE UPDATE (access_key) ON event_outbox FROM wangge_app;
DROP INDEX case_scope;
REVOKE UPDATE (awaits_day) ON grid_version FROM wangge_app;
DROP INDEX grid_version_awaits;
ALTER TABLE grid_version DROP COLUMN awaits_day;
RESET ROLE;
