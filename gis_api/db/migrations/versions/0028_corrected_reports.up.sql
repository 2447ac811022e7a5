SET ROLE wangge_owner;

-- What was sent stays what it was; a mistake in it is told by a copy that takes its place, with why.
ALTER TABLE report_snapshot
  ADD COLUMN replaces bigint REFERENCES report_snapshot,
  ADD COLUMN reason text CHECK (length(reason) BETWEEN 1 AND 300),
  ADD CONSTRAINT report_snapshot_reasoned CHECK ((replaces IS NULL) = (reason IS NULL)),
  ADD CONSTRAINT report_snapshot_replaced_once UNIQUE (replaces),
  DROP CONSTRAINT report_snapshot_report_period_from_on_dimension_area_key_sc_key;
CREATE UNIQUE INDEX report_snapshot_first
  ON report_snapshot (report, period, from_on, dimension, area_key, scope_key)
  WHERE replaces IS NULL;

RESET ROLE;
