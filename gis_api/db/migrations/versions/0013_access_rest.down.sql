SET ROLE wangge_owner;
REVOKE UPDATE (access_key) ON event_outbox FROM wangge_app;
DROP INDEX case_scope;
REVOKE UPDATE (awaits_day) ON grid_version FROM wangge_app;
DROP INDEX grid_version_awaits;
ALTER TABLE grid_version DROP COLUMN awaits_day;
RESET ROLE;
