DROP FUNCTION find_claims_near(geometry);
SET ROLE wangge_owner;
ALTER TABLE land_strip DROP CONSTRAINT land_strip_agreed_line;
DROP TABLE land_finding, land_check, marker_sighting, claim_freeze, claim_evidence, claim_version,
  land_scan, land_point, land_attendance, land_line, land_strip, border_post;
RESET ROLE;
-- what the older table has no word for; as the administrator, whom no policy asks for an actor
UPDATE claim SET survey_method = NULL WHERE survey_method IN ('estimated', 'text_only');
SET ROLE wangge_owner;
ALTER TABLE claim
  DROP CONSTRAINT claim_survey_method_check,
  ADD CONSTRAINT claim_survey_method_check
    CHECK (survey_method IN ('surveyed', 'aerial', 'map_read', 'tape')),
  DROP CONSTRAINT claim_registered,
  DROP COLUMN version,
  DROP COLUMN datum,
  DROP COLUMN registered_on,
  DROP COLUMN registration_ref,
  DROP COLUMN registration,
  DROP COLUMN standing;
RESET ROLE;
