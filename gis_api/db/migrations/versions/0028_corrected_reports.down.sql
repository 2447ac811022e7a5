SET ROLE wangge_owner;

-- Only the copy that was frozen first has a place in the schema of before.
ALTER TABLE report_snapshot DISABLE TRIGGER report_snapshot_append_only;
ALTER TABLE report_snapshot NO FORCE ROW LEVEL SECURITY;
DELETE FROM report_snapshot WHERE replaces IS NOT NULL;
ALTER TABLE report_snapshot FORCE ROW LEVEL SECURITY;
ALTER TABLE report_snapshot ENABLE TRIGGER report_snapshot_append_only;
DROP INDEX report_snapshot_first;
ALTER TABLE report_snapshot
  DROP CONSTRAINT report_snapshot_reasoned,
  DROP CONSTRAINT report_snapshot_replaced_once,
  DROP COLUMN replaces,
  DROP COLUMN reason,
  ADD UNIQUE (report, period, from_on, dimension, area_key, scope_key);

RESET ROLE;
