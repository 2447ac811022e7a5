SET ROLE wangge_owner;
REVOKE DELETE ON villager_group, household, zone, service_point, place_name, post, officer,
  post_holding, party_group, member, claim FROM wangge_whole;
DROP FUNCTION import_dependents(bigint);
DROP TABLE import_before, import_mapping, import_leftover, import_finding, import_row, import_run;
DROP FUNCTION own_import_ids();
REVOKE UPDATE (file_name, added_count, changed_count, left_out_count, undone_at, undone_by)
  ON import_batch FROM wangge_app;
DROP INDEX import_batch_once;
ALTER TABLE import_batch
  DROP COLUMN file_name,
  DROP COLUMN added_count,
  DROP COLUMN changed_count,
  DROP COLUMN left_out_count,
  DROP COLUMN undone_at,
  DROP COLUMN undone_by;
CREATE UNIQUE INDEX import_batch_once ON import_batch (kind, file_sha256, (options::text));
DROP TABLE marker, boundary_line, boundary_point, household_place;
DROP INDEX claim_holder, officer_household, member_household_of;
ALTER TABLE claim
  DROP COLUMN certificate_number,
  DROP COLUMN parcel_name,
  DROP COLUMN holder_name,
  DROP COLUMN issuing_organ,
  DROP COLUMN issuing_code,
  DROP COLUMN issued_on,
  DROP COLUMN valid,
  DROP COLUMN evidence_state,
  DROP COLUMN survey_method,
  DROP COLUMN accuracy_m,
  DROP COLUMN stated_area_unit,
  DROP COLUMN bounds_east,
  DROP COLUMN bounds_south,
  DROP COLUMN bounds_west,
  DROP COLUMN bounds_north,
  DROP COLUMN bounds_text,
  DROP COLUMN note,
  DROP COLUMN import_batch_id;
ALTER TABLE household
  DROP COLUMN external_code,
  DROP COLUMN season,
  DROP COLUMN import_batch_id;
ALTER TABLE member DROP COLUMN import_batch_id;
ALTER TABLE party_group DROP COLUMN import_batch_id;
ALTER TABLE post_holding DROP COLUMN import_batch_id;
ALTER TABLE officer DROP COLUMN import_batch_id;
ALTER TABLE post DROP COLUMN import_batch_id;
ALTER TABLE place_name DROP COLUMN import_batch_id;
ALTER TABLE service_point DROP COLUMN import_batch_id;
ALTER TABLE zone DROP COLUMN import_batch_id;
ALTER TABLE villager_group DROP COLUMN import_batch_id;
RESET ROLE;
