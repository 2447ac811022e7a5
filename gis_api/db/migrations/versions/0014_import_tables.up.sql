SET ROLE wangge_owner;

-- Whole-place rows of a batch can be taken back: every imported row names its batch.  No foreign
-- key: it would be asked a million times for one and the same number, and batches are never removed.
ALTER TABLE villager_group ADD COLUMN import_batch_id bigint;
ALTER TABLE zone ADD COLUMN import_batch_id bigint;
ALTER TABLE service_point ADD COLUMN import_batch_id bigint;
ALTER TABLE place_name ADD COLUMN import_batch_id bigint;
ALTER TABLE post ADD COLUMN import_batch_id bigint;
ALTER TABLE officer ADD COLUMN import_batch_id bigint;
ALTER TABLE post_holding ADD COLUMN import_batch_id bigint;
ALTER TABLE party_group ADD COLUMN import_batch_id bigint;
ALTER TABLE member ADD COLUMN import_batch_id bigint;

ALTER TABLE household
  -- 户编号: the customer's own number, where there is one
  ADD COLUMN external_code text COLLATE "C" CHECK (length(external_code) BETWEEN 1 AND 60),
  ADD COLUMN season text CHECK (season IN ('year_round', 'summer', 'winter')),
  ADD COLUMN import_batch_id bigint;
CREATE UNIQUE INDEX household_external_code ON household (external_code)
  WHERE external_code IS NOT NULL;

-- 冬营盘、夏营盘: where a herder household also lives, and in which season.
CREATE TABLE household_place (
  household_place_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  household_id bigint NOT NULL REFERENCES household ON DELETE CASCADE,
  season text NOT NULL CHECK (season IN ('winter', 'spring', 'summer', 'autumn', 'other')),
  geom geometry(Point, 4490),
  approximate boolean NOT NULL DEFAULT false,
  cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  import_batch_id bigint,
  CONSTRAINT household_place_once UNIQUE (household_id, season)
);
CREATE INDEX household_place_geom ON household_place USING gist (geom);
CREATE INDEX household_place_scope ON household_place (scope_key);

-- One piece of ground can carry several papers: a claim is one paper, never "the owner".
ALTER TABLE claim
  ADD COLUMN certificate_number text COLLATE "C" CHECK (length(certificate_number) <= 60),
  ADD COLUMN parcel_name text CHECK (length(parcel_name) <= 100),
  -- the holder as the paper names him, where he is no household of the register
  ADD COLUMN holder_name text CHECK (length(holder_name) <= 60),
  ADD COLUMN issuing_organ text CHECK (length(issuing_organ) <= 100),
  ADD COLUMN issuing_code text COLLATE "C" CHECK (length(issuing_code) <= 40),
  ADD COLUMN issued_on date,
  ADD COLUMN valid daterange NOT NULL DEFAULT daterange(NULL, NULL) CHECK (NOT isempty(valid)),
  ADD COLUMN evidence_state text NOT NULL DEFAULT 'none'
    CHECK (evidence_state IN ('certificate', 'contract', 'ledger', 'oral', 'none')),
  ADD COLUMN survey_method text CHECK (survey_method IN ('surveyed', 'aerial', 'map_read', 'tape')),
  ADD COLUMN accuracy_m double precision CHECK (accuracy_m >= 0),
  -- the unit in which the paper states it; stated_area_m2 is the same in m²
  ADD COLUMN stated_area_unit text CHECK (stated_area_unit IN ('m2', 'mu', 'ha')),
  -- 四至: what lies on each side, in words; often a neighbour's name
  ADD COLUMN bounds_east text CHECK (length(bounds_east) <= 100),
  ADD COLUMN bounds_south text CHECK (length(bounds_south) <= 100),
  ADD COLUMN bounds_west text CHECK (length(bounds_west) <= 100),
  ADD COLUMN bounds_north text CHECK (length(bounds_north) <= 100),
  ADD COLUMN bounds_text text CHECK (length(bounds_text) <= 400),
  ADD COLUMN note text CHECK (length(note) <= 400),
  ADD COLUMN import_batch_id bigint;
CREATE INDEX claim_certificate ON claim (certificate_number) WHERE certificate_number IS NOT NULL;

CREATE TABLE boundary_point (
  boundary_point_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  point_number text COLLATE "C" NOT NULL CHECK (length(point_number) BETWEEN 1 AND 40),
  -- the parcels that meet here
  parcel_codes text[] NOT NULL DEFAULT '{}' CHECK (cardinality(parcel_codes) <= 50),
  survey_method text CHECK (survey_method IN ('surveyed', 'aerial', 'map_read')),
  -- 界标类型 of the standard: what stands there
  mark_kind text CHECK (mark_kind ~ '^[a-z_]{1,40}$'),
  accuracy_m double precision CHECK (accuracy_m >= 0),
  -- how well a satellite receiver knew its place
  fix text CHECK (fix IN ('fixed', 'float', 'differential', 'single')),
  measured_on date,
  geom geometry(Point, 4490) NOT NULL,
  cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  import_batch_id bigint
);
CREATE INDEX boundary_point_geom ON boundary_point USING gist (geom);
CREATE INDEX boundary_point_scope ON boundary_point (scope_key);
CREATE INDEX boundary_point_parcel ON boundary_point USING gin (parcel_codes);

CREATE TABLE boundary_line (
  boundary_line_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_number text COLLATE "C" CHECK (length(line_number) <= 40),
  parcel_codes text[] NOT NULL DEFAULT '{}' CHECK (cardinality(parcel_codes) <= 50),
  from_point text COLLATE "C" CHECK (length(from_point) <= 40),
  to_point text COLLATE "C" CHECK (length(to_point) <= 40),
  nature text CHECK (nature ~ '^[a-z_]{1,40}$'),
  -- what runs along it, and on which side of that the border lies
  feature text CHECK (feature ~ '^[a-z_]{1,40}$'),
  position text CHECK (position IN ('inside', 'middle', 'outside')),
  stated_length_m double precision CHECK (stated_length_m >= 0),
  description text CHECK (length(description) <= 400),
  geom geometry(MultiLineString, 4490) NOT NULL,
  cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  import_batch_id bigint
);
CREATE INDEX boundary_line_geom ON boundary_line USING gist (geom);
CREATE INDEX boundary_line_scope ON boundary_line (scope_key);
CREATE INDEX boundary_line_parcel ON boundary_line USING gin (parcel_codes);

-- 界标: a mark on the ground.  界桩 of administrative borders are another thing, never edited here.
CREATE TABLE marker (
  marker_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  marker_number text COLLATE "C" NOT NULL CHECK (length(marker_number) BETWEEN 1 AND 40),
  kind text CHECK (kind ~ '^[a-z_]{1,40}$'),
  state text NOT NULL DEFAULT 'unknown'
    CHECK (state IN ('intact', 'damaged', 'missing', 'moved', 'buried', 'unknown')),
  placed_on date,
  checked_on date,
  parcel_codes text[] NOT NULL DEFAULT '{}' CHECK (cardinality(parcel_codes) <= 50),
  note text CHECK (length(note) <= 400),
  -- NULL: it stands in a list only
  geom geometry(Point, 4490),
  cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  import_batch_id bigint
);
CREATE INDEX marker_geom ON marker USING gist (geom);
CREATE INDEX marker_scope ON marker (scope_key);
CREATE INDEX marker_parcel ON marker USING gin (parcel_codes);

-- Who is asked when a household is taken out again: without these, every claim for each of them.
CREATE INDEX claim_holder ON claim (holder_household_id) WHERE holder_household_id IS NOT NULL;
CREATE INDEX officer_household ON officer (household_id) WHERE household_id IS NOT NULL;
CREATE INDEX member_household_of ON member (household_id) WHERE household_id IS NOT NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['household_place', 'boundary_point', 'boundary_line', 'marker'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))'
                   ' WITH CHECK (scope_key >= (SELECT scope_lo())'
                   ' AND scope_key < (SELECT scope_hi()))', t || '_scope', t);
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO wangge_app', t);
  END LOOP;
END
$$;

-- One file on its way in.  state: uploaded, staging, staged, committing, committed, cancelled,
-- failed, undone.  error and counts hold codes and numbers, never what the file says of persons.
CREATE TABLE import_run (
  import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 255),
  file_sha256 bytea NOT NULL CHECK (length(file_sha256) = 32),
  file_bytes bigint NOT NULL CHECK (file_bytes >= 0),
  table_name text NOT NULL DEFAULT '' CHECK (length(table_name) <= 255),
  mapping jsonb,
  diagnosis jsonb,
  -- the coordinate system that somebody decided, or that was sure
  crs_key text CHECK (length(crs_key) <= 200),
  options jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'uploaded' CHECK (state IN ('uploaded', 'staging', 'staged',
    'committing', 'committed', 'cancelled', 'failed', 'undone')),
  rows_total bigint,
  rows_staged bigint NOT NULL DEFAULT 0,
  counts jsonb NOT NULL DEFAULT '{}',
  accepted text[] NOT NULL DEFAULT '{}',
  reason text CHECK (length(reason) <= 500),
  error jsonb,
  job_id bigint,
  import_batch_id bigint REFERENCES import_batch,
  started_by bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  rev integer NOT NULL DEFAULT 1
);
CREATE INDEX import_run_started ON import_run (started_by, started_at DESC);

-- Rows of a file as read, waiting.  Unlogged: they can be read again from the file, and a run
-- whose rows are gone after a crash is staged anew.
CREATE UNLOGGED TABLE import_row (
  import_id bigint NOT NULL,
  row_number integer NOT NULL,
  vals jsonb NOT NULL,
  geom geometry(Geometry, 4490),
  cell_id bigint,
  scope_key text COLLATE "C",
  approximate boolean NOT NULL DEFAULT false,
  -- the kind of finding that keeps this row out
  fault text COLLATE "C",
  -- the row of the register that this one repeats
  known_id bigint
);
CREATE INDEX import_row_order ON import_row (import_id, row_number);

CREATE TABLE import_finding (
  import_finding_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  import_id bigint NOT NULL REFERENCES import_run,
  code text COLLATE "C" NOT NULL CHECK (code ~ '^[a-z_]+[.][a-z_0-9]+$'),
  severity text NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
  row_number integer,
  column_name text,
  sheet_cell text,
  params jsonb NOT NULL DEFAULT '{}',
  geom geometry(Geometry, 4490)
);
CREATE INDEX import_finding_run ON import_finding (import_id, code, row_number);

-- Rows that an accepted finding kept out: nothing of a file vanishes.
CREATE TABLE import_leftover (
  import_batch_id bigint NOT NULL REFERENCES import_batch,
  row_number integer NOT NULL,
  fault text COLLATE "C" NOT NULL,
  vals jsonb NOT NULL,
  geom geometry(Geometry, 4490),
  kept_for bigint NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (import_batch_id, row_number)
);

-- The mapping that the customer settled on for files with these columns.
CREATE TABLE import_mapping (
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  columns_sha256 bytea NOT NULL CHECK (length(columns_sha256) = 32),
  mapping jsonb NOT NULL,
  saved_by bigint NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, columns_sha256)
);

-- What a batch changed in rows that were there before, so that it can be taken back.
CREATE TABLE import_before (
  import_batch_id bigint NOT NULL REFERENCES import_batch,
  table_name text NOT NULL,
  row_id bigint NOT NULL,
  before jsonb NOT NULL,
  kept_for bigint NOT NULL,
  PRIMARY KEY (import_batch_id, table_name, row_id)
);

ALTER TABLE import_batch
  ADD COLUMN file_name text CHECK (length(file_name) <= 255),
  ADD COLUMN added_count integer,
  ADD COLUMN changed_count integer,
  ADD COLUMN left_out_count integer,
  ADD COLUMN undone_at timestamptz,
  ADD COLUMN undone_by bigint,
  ADD CONSTRAINT import_batch_undone CHECK ((undone_at IS NULL) = (undone_by IS NULL));
DROP INDEX import_batch_once;
CREATE UNIQUE INDEX import_batch_once ON import_batch (kind, file_sha256, (options::text))
  WHERE undone_at IS NULL;

-- An import is seen by whoever started it, and by the operator of the machine.  An array, so that
-- a million rows are checked against a constant.
CREATE FUNCTION own_import_ids() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(import_id), '{}') FROM import_run
  WHERE started_by = actor_id() OR required_setting('app.role') = 'system'
$$;
GRANT EXECUTE ON FUNCTION own_import_ids() TO wangge_app;

-- Not forced: own_import_ids() reads it as the owner, who cannot sign in.
ALTER TABLE import_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_run_own ON import_run
  USING (started_by = (SELECT actor_id())
         OR (SELECT required_setting('app.role')) = 'system')
  WITH CHECK (started_by = (SELECT actor_id())
              OR (SELECT required_setting('app.role')) = 'system');
ALTER TABLE import_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_row FORCE ROW LEVEL SECURITY;
CREATE POLICY import_row_own ON import_row
  USING (import_id = ANY ((SELECT own_import_ids())::bigint[]))
  WITH CHECK (import_id = ANY ((SELECT own_import_ids())::bigint[]));
ALTER TABLE import_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY import_finding_own ON import_finding
  USING (import_id = ANY ((SELECT own_import_ids())::bigint[]))
  WITH CHECK (import_id = ANY ((SELECT own_import_ids())::bigint[]));
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['import_leftover', 'import_before'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I USING (kept_for = (SELECT actor_id())'
                   ' OR (SELECT required_setting(''app.role'')) = ''system'')'
                   ' WITH CHECK (kept_for = (SELECT actor_id())'
                   ' OR (SELECT required_setting(''app.role'')) = ''system'')', t || '_own', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO wangge_app', t);
  END LOOP;
END
$$;

-- Rows elsewhere that hang on rows of a batch and are not of it themselves: every foreign key of
-- the schema is asked, so that a later table needs no line here.
CREATE FUNCTION import_dependents(wanted_batch bigint)
RETURNS TABLE (own_table text, other_table text, row_count bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  link record;
  same_batch text;
BEGIN
  FOR link IN
    SELECT own.relname AS own_name, other.relname AS other_name,
           own_column.attname AS own_column, other_column.attname AS other_column,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = other.oid
                   AND a.attname = 'import_batch_id' AND NOT a.attisdropped) AS has_batch
    FROM pg_constraint c
    JOIN pg_class own ON own.oid = c.confrelid
    JOIN pg_class other ON other.oid = c.conrelid
    JOIN pg_attribute own_column ON own_column.attrelid = own.oid AND own_column.attnum = c.confkey[1]
    JOIN pg_attribute other_column
      ON other_column.attrelid = other.oid AND other_column.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND cardinality(c.conkey) = 1
      AND own.relnamespace = 'public'::regnamespace
      AND own.relname NOT IN ('import_batch', 'import_run')
      AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = own.oid
                  AND a.attname = 'import_batch_id' AND NOT a.attisdropped)
    ORDER BY own.relname, other.relname
  LOOP
    same_batch := CASE WHEN link.has_batch
      THEN ' AND o.import_batch_id IS DISTINCT FROM $1' ELSE '' END;
    EXECUTE format('SELECT count(*) FROM %I o WHERE o.%I IN'
                   ' (SELECT b.%I FROM %I b WHERE b.import_batch_id = $1)%s',
                   link.other_name, link.other_column, link.own_column, link.own_name, same_batch)
      INTO row_count USING wanted_batch;
    IF row_count > 0 THEN
      own_table := link.own_name;
      other_table := link.other_name;
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION import_dependents(bigint) TO wangge_app;

GRANT SELECT, INSERT, UPDATE ON import_run, import_mapping TO wangge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_row TO wangge_app;
GRANT SELECT, INSERT, DELETE, UPDATE (geom) ON import_finding TO wangge_app;
GRANT UPDATE (file_name, added_count, changed_count, left_out_count, undone_at, undone_by)
  ON import_batch TO wangge_app;
-- Taking a batch back is for those who see the whole place.
GRANT DELETE ON villager_group, household, household_place, zone, service_point, place_name, post,
  officer, post_holding, party_group, member, claim, boundary_point, boundary_line, marker
  TO wangge_whole;
RESET ROLE;
