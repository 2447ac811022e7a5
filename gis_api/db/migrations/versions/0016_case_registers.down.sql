DROP TABLE report_snapshot;
DROP TABLE case_import_queue;
DROP TABLE case_import;
DROP TABLE case_source_ref;
DROP TABLE case_amount;
ALTER TABLE case_party
  DROP CONSTRAINT case_party_organisation_named,
  DROP COLUMN organisation_kind,
  DROP COLUMN organisation,
  DROP CONSTRAINT case_party_side_check;
DELETE FROM reporter_notice
  WHERE case_party_id IN (SELECT case_party_id FROM case_party WHERE side = 'representative');
DELETE FROM case_party WHERE side = 'representative';
ALTER TABLE case_party
  ADD CONSTRAINT case_party_side_check CHECK (side IN ('reporter', 'respondent', 'party'));
DROP TABLE case_signer;
DROP TABLE case_collective;
DROP TABLE reporter_notice;
DROP TABLE case_link;
DROP TABLE grid_settlement;
DROP TABLE reception;
DROP TABLE talking_session;
