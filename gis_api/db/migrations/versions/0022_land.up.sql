SET ROLE wangge_owner;

-- Evidence is not yet truth: standing says how far it was looked into.  registration: a border that
-- two sides agreed on is not registered until the registry's reference is entered.
ALTER TABLE claim
  ADD COLUMN standing text NOT NULL DEFAULT 'unverified'
    CHECK (standing IN ('unverified', 'contested', 'appraised')),
  ADD COLUMN registration text NOT NULL DEFAULT 'as_filed'
    CHECK (registration IN ('as_filed', 'agreed_not_registered', 'registered')),
  ADD COLUMN registration_ref text COLLATE "C" CHECK (length(registration_ref) BETWEEN 1 AND 80),
  ADD COLUMN registered_on date,
  ADD COLUMN datum text NOT NULL DEFAULT 'cgcs2000'
    CHECK (datum IN ('cgcs2000', 'xian80', 'beijing54', 'unknown')),
  ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  ADD CONSTRAINT claim_registered
    CHECK ((registration = 'registered') = (registration_ref IS NOT NULL)),
  DROP CONSTRAINT claim_survey_method_check,
  ADD CONSTRAINT claim_survey_method_check CHECK (survey_method IN
    ('surveyed', 'aerial', 'map_read', 'tape', 'estimated', 'text_only'));

-- Which papers lie near a shape: as find_claims_at, it asks for the area itself, because the range
-- policy would read every parcel of the area.
CREATE FUNCTION find_claims_near(shape geometry) RETURNS TABLE (claim_id bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  lo text := scope_lo();
  hi text := scope_hi();
BEGIN
  RETURN QUERY
  SELECT c.claim_id FROM claim c
  WHERE c.geom && shape AND c.scope_key >= lo AND c.scope_key < hi
  ORDER BY c.claim_id;
END
$$;

-- 界桩: marks of administrative borders.  Read by everybody who works here, written by nobody: the
-- application has no right to.
CREATE TABLE border_post (
  border_post_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  post_number text COLLATE "C" NOT NULL UNIQUE CHECK (length(post_number) BETWEEN 1 AND 40),
  border text NOT NULL CHECK (border IN ('county', 'township', 'village')),
  geom geometry(Point, 4490) NOT NULL
);
CREATE INDEX border_post_geom ON border_post USING gist (geom);
GRANT SELECT ON border_post TO wangge_app;

-- A dispute is a strip of ground.  overlap: what both papers cover; line: a line that is disputed,
-- with the corridor on both sides of it.
CREATE TABLE land_strip (
  land_strip_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  kind text NOT NULL CHECK (kind IN ('overlap', 'line')),
  left_claim_id bigint NOT NULL REFERENCES claim,
  -- NULL: the other side has no outline
  right_claim_id bigint REFERENCES claim,
  geom geometry(MultiPolygon, 4490) NOT NULL,
  disputed_line geometry(LineString, 4490),
  corridor_m double precision CHECK (corridor_m > 0),
  tolerance_m2 double precision NOT NULL CHECK (tolerance_m2 >= 0),
  area_m2 double precision NOT NULL CHECK (area_m2 > 0),
  width_m double precision NOT NULL CHECK (width_m >= 0),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'agreed', 'withdrawn')),
  agreed_line_id bigint,
  notice_on date,
  notice_way text CHECK (notice_way IN ('in_person', 'phone', 'posted', 'message')),
  held_on date,
  rev integer NOT NULL DEFAULT 1,
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL,
  CHECK (left_claim_id <> right_claim_id),
  CHECK ((kind = 'line') = (disputed_line IS NOT NULL)),
  CHECK ((kind = 'line') = (corridor_m IS NOT NULL)),
  CHECK ((state = 'agreed') = (agreed_line_id IS NOT NULL))
);
CREATE INDEX land_strip_case ON land_strip (case_id);
CREATE INDEX land_strip_left ON land_strip (left_claim_id);
CREATE INDEX land_strip_right ON land_strip (right_claim_id) WHERE right_claim_id IS NOT NULL;

-- A line that somebody proposes; inputs are what it was made from.
CREATE TABLE land_line (
  land_line_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  land_strip_id bigint NOT NULL REFERENCES land_strip,
  case_id bigint NOT NULL REFERENCES "case",
  method text NOT NULL CHECK (method IN
    ('drawn', 'coordinates', 'traverse', 'tape', 'midline', 'along', 'share')),
  inputs jsonb NOT NULL,
  geom geometry(LineString, 4490) NOT NULL,
  left_m2 double precision NOT NULL CHECK (left_m2 >= 0),
  right_m2 double precision NOT NULL CHECK (right_m2 >= 0),
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL
);
CREATE INDEX land_line_strip ON land_line (land_strip_id);
CREATE INDEX land_line_case ON land_line (case_id);
ALTER TABLE land_strip ADD CONSTRAINT land_strip_agreed_line
  FOREIGN KEY (agreed_line_id) REFERENCES land_line;

-- 指界: who was asked to come, came, and signed.  Names stay with the parties of the case.
CREATE TABLE land_attendance (
  land_attendance_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  land_strip_id bigint NOT NULL REFERENCES land_strip,
  case_id bigint NOT NULL REFERENCES "case",
  role text NOT NULL CHECK (role IN
    ('left_holder', 'right_holder', 'neighbour', 'collective', 'witness', 'surveyor')),
  case_party_id bigint REFERENCES case_party,
  state text NOT NULL CHECK (state IN ('invited', 'present', 'proxy', 'absent', 'refused')),
  signed_on date,
  CHECK (signed_on IS NULL OR state IN ('present', 'proxy'))
);
CREATE INDEX land_attendance_strip ON land_attendance (land_strip_id);
CREATE INDEX land_attendance_case ON land_attendance (case_id);
CREATE INDEX land_attendance_party ON land_attendance (case_party_id)
  WHERE case_party_id IS NOT NULL;

-- A point measured in the field, with what the receiver said of itself.
CREATE TABLE land_point (
  land_point_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  land_strip_id bigint NOT NULL REFERENCES land_strip,
  case_id bigint NOT NULL REFERENCES "case",
  point_number text COLLATE "C" NOT NULL CHECK (length(point_number) BETWEEN 1 AND 20),
  what text NOT NULL CHECK (what IN ('mark', 'corner', 'feature', 'witness')),
  geom geometry(Point, 4490) NOT NULL,
  accuracy_m double precision NOT NULL CHECK (accuracy_m > 0),
  fix text NOT NULL CHECK (fix IN ('fixed', 'float', 'differential', 'single')),
  attachment_id uuid REFERENCES attachment,
  measured_at timestamptz NOT NULL,
  measured_by bigint NOT NULL,
  CONSTRAINT land_point_once UNIQUE (land_strip_id, point_number)
);
CREATE INDEX land_point_case ON land_point (case_id);

-- A scanned archive map laid on the ground by clicked points; rms_m NULL: three points tell nothing.
CREATE TABLE land_scan (
  land_scan_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  land_strip_id bigint NOT NULL REFERENCES land_strip,
  case_id bigint NOT NULL REFERENCES "case",
  attachment_id uuid NOT NULL REFERENCES attachment,
  dated_on date,
  width_px integer NOT NULL CHECK (width_px BETWEEN 1 AND 100000),
  height_px integer NOT NULL CHECK (height_px BETWEEN 1 AND 100000),
  control jsonb NOT NULL,
  to_lng double precision[] NOT NULL CHECK (cardinality(to_lng) = 3),
  to_lat double precision[] NOT NULL CHECK (cardinality(to_lat) = 3),
  rms_m double precision CHECK (rms_m >= 0),
  worst_m double precision NOT NULL CHECK (worst_m >= 0),
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL
);
CREATE INDEX land_scan_strip ON land_scan (land_strip_id);
CREATE INDEX land_scan_case ON land_scan (case_id);

-- What a claim was before it became what it is.
CREATE TABLE claim_version (
  claim_id bigint NOT NULL REFERENCES claim,
  version integer NOT NULL CHECK (version >= 1),
  geom geometry(MultiPolygon, 4490),
  stated_area_m2 double precision,
  standing text NOT NULL,
  registration text NOT NULL,
  registration_ref text,
  survey_method text,
  accuracy_m double precision,
  ended_at timestamptz NOT NULL DEFAULT now(),
  ended_by bigint NOT NULL,
  why text NOT NULL CHECK (why IN ('agreement', 'correction', 'registration')),
  land_strip_id bigint REFERENCES land_strip,
  PRIMARY KEY (claim_id, version)
);
CREATE INDEX claim_version_strip ON claim_version (land_strip_id) WHERE land_strip_id IS NOT NULL;

-- A paper, archive or statement for a claim.
CREATE TABLE claim_evidence (
  claim_evidence_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id bigint NOT NULL REFERENCES claim,
  kind text NOT NULL CHECK (kind IN ('certificate', 'contract', 'ledger', 'archive_map',
    'agreement', 'decision', 'statement', 'photo', 'survey')),
  standing text NOT NULL DEFAULT 'unverified'
    CHECK (standing IN ('unverified', 'contested', 'appraised')),
  dated_on date,
  organ text CHECK (length(organ) <= 100),
  paper_number text COLLATE "C" CHECK (length(paper_number) <= 60),
  attachment_id uuid REFERENCES attachment,
  land_strip_id bigint REFERENCES land_strip,
  added_at timestamptz NOT NULL DEFAULT now(),
  added_by bigint NOT NULL
);
CREATE INDEX claim_evidence_claim ON claim_evidence (claim_id);
CREATE INDEX claim_evidence_strip ON claim_evidence (land_strip_id)
  WHERE land_strip_id IS NOT NULL;

-- 冻结: by a competent organ, with a reason and a day of review; present use continues.
CREATE TABLE claim_freeze (
  claim_freeze_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id bigint NOT NULL REFERENCES claim,
  organ_kind text NOT NULL CHECK (organ_kind IN ('people_government', 'natural_resources',
    'forestry_grassland', 'agriculture', 'court', 'arbitration')),
  organ text NOT NULL CHECK (length(organ) BETWEEN 2 AND 100),
  document_number text COLLATE "C" NOT NULL CHECK (length(document_number) BETWEEN 1 AND 60),
  reason text NOT NULL CHECK (length(reason) BETWEEN 2 AND 400),
  frozen_on date NOT NULL,
  review_on date NOT NULL,
  entered_by bigint NOT NULL,
  entered_at timestamptz NOT NULL DEFAULT now(),
  lifted_on date,
  lifted_by bigint,
  lift_reason text CHECK (length(lift_reason) BETWEEN 2 AND 400),
  CHECK (review_on > frozen_on),
  CHECK ((lifted_on IS NULL) = (lifted_by IS NULL)),
  CHECK ((lifted_on IS NULL) = (lift_reason IS NULL))
);
CREATE UNIQUE INDEX claim_freeze_once ON claim_freeze (claim_id) WHERE lifted_on IS NULL;

-- 界标 as somebody found it.
CREATE TABLE marker_sighting (
  marker_sighting_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  marker_id bigint NOT NULL REFERENCES marker,
  state text NOT NULL CHECK (state IN ('intact', 'damaged', 'missing', 'moved', 'buried')),
  seen_on date NOT NULL,
  geom geometry(Point, 4490),
  accuracy_m double precision CHECK (accuracy_m > 0),
  fix text CHECK (fix IN ('fixed', 'float', 'differential', 'single')),
  attachment_id uuid REFERENCES attachment,
  seen_by bigint NOT NULL
);
CREATE INDEX marker_sighting_marker ON marker_sighting (marker_id);

-- A look through all claims of an area.
CREATE TABLE land_check (
  land_check_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id bigint,
  stage text NOT NULL CHECK (stage IN ('intake', 'survey', 'agreement')),
  tolerance_m2 double precision NOT NULL CHECK (tolerance_m2 >= 0),
  claim_count integer,
  counts jsonb NOT NULL DEFAULT '{}',
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL,
  finished_at timestamptz,
  scope_key text COLLATE "C" NOT NULL
);
CREATE INDEX land_check_scope ON land_check (scope_key);

-- What a look found; what somebody decided about it outlives the next look.
CREATE TABLE land_finding (
  land_finding_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  land_check_id bigint REFERENCES land_check,
  rule text COLLATE "C" NOT NULL CHECK (rule ~ '^[a-z_]{1,40}$'),
  verdict text CHECK (verdict ~ '^[a-z_]{1,40}$'),
  why text COLLATE "C" NOT NULL CHECK (why ~ '^land[.][a-z_]{1,40}$'),
  severity text NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
  left_claim_id bigint REFERENCES claim,
  right_claim_id bigint REFERENCES claim,
  params jsonb NOT NULL DEFAULT '{}',
  area_m2 double precision CHECK (area_m2 >= 0),
  width_m double precision CHECK (width_m >= 0),
  geom geometry(Geometry, 4490),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'dismissed', 'disputed', 'settled')),
  reason text CHECK (length(reason) BETWEEN 2 AND 400),
  land_strip_id bigint REFERENCES land_strip,
  found_at timestamptz NOT NULL DEFAULT now(),
  cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL
);
CREATE INDEX land_finding_scope ON land_finding (scope_key);
CREATE INDEX land_finding_geom ON land_finding USING gist (geom);
CREATE INDEX land_finding_left ON land_finding (left_claim_id);
CREATE INDEX land_finding_right ON land_finding (right_claim_id) WHERE right_claim_id IS NOT NULL;
CREATE INDEX land_finding_strip ON land_finding (land_strip_id) WHERE land_strip_id IS NOT NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['land_strip', 'land_line', 'land_attendance', 'land_point',
                           'land_scan'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (EXISTS (SELECT FROM "case" c WHERE c.case_id = %I.case_id))'
                   ' WITH CHECK (EXISTS (SELECT FROM "case" c WHERE c.case_id = %I.case_id))',
                   t || '_of_case', t, t, t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['claim_version', 'claim_evidence', 'claim_freeze'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (EXISTS (SELECT FROM claim c WHERE c.claim_id = %I.claim_id))'
                   ' WITH CHECK (EXISTS (SELECT FROM claim c WHERE c.claim_id = %I.claim_id))',
                   t || '_of_claim', t, t, t);
  END LOOP;
  EXECUTE 'CREATE POLICY marker_sighting_of_marker ON marker_sighting'
          ' USING (EXISTS (SELECT FROM marker m WHERE m.marker_id = marker_sighting.marker_id))'
          ' WITH CHECK (EXISTS (SELECT FROM marker m'
          '                     WHERE m.marker_id = marker_sighting.marker_id))';
  FOREACH t IN ARRAY ARRAY['land_check', 'land_finding'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))'
                   ' WITH CHECK (scope_key >= (SELECT scope_lo())'
                   '             AND scope_key < (SELECT scope_hi()))', t || '_scope', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['land_strip', 'land_line', 'land_attendance', 'land_point',
                           'land_scan', 'claim_version', 'claim_evidence', 'claim_freeze',
                           'marker_sighting', 'land_check', 'land_finding'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO wangge_app', t);
  END LOOP;
END
$$;
GRANT UPDATE ON land_strip, land_check, land_finding TO wangge_app;
GRANT UPDATE (standing) ON claim_evidence TO wangge_app;
GRANT UPDATE (lifted_on, lifted_by, lift_reason) ON claim_freeze TO wangge_app;
GRANT DELETE ON land_finding, land_attendance TO wangge_app;
REVOKE ALL ON FUNCTION find_claims_near(geometry) FROM PUBLIC;
RESET ROLE;
GRANT CREATE ON SCHEMA public TO wangge_whole;
ALTER FUNCTION find_claims_near(geometry) OWNER TO wangge_whole;
REVOKE CREATE ON SCHEMA public FROM wangge_whole;
GRANT EXECUTE ON FUNCTION find_claims_near(geometry) TO wangge_app;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['land_strip', 'land_line', 'land_attendance', 'land_point',
                           'land_scan', 'claim_version', 'claim_evidence', 'claim_freeze',
                           'marker_sighting', 'land_check', 'land_finding'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
END
$$;
