SET ROLE wangge_owner;

-- 村说事室: one meeting, counted in people and matters.
CREATE TABLE talking_session (
  talking_session_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  held_on date NOT NULL,
  cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  persons integer NOT NULL CHECK (persons BETWEEN 1 AND 2000),
  matters integer NOT NULL CHECK (matters BETWEEN 0 AND 500),
  settled integer NOT NULL CHECK (settled BETWEEN 0 AND 500),
  note text CHECK (length(note) <= 2000),
  request_key text COLLATE "C" CHECK (length(request_key) BETWEEN 1 AND 200),
  body_hash bytea,
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by bigint NOT NULL,
  blanked_at timestamptz,
  CHECK (settled <= matters),
  UNIQUE (registered_by, request_key)
);
CREATE INDEX talking_session_scope ON talking_session (scope_key, held_on);

-- 接访登记: one row is one batch (批); persons are its heads (人次).
CREATE TABLE reception (
  reception_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_on date NOT NULL,
  door text NOT NULL CHECK (door IN ('window', 'talking_room', 'leader_day', 'field', 'phone')),
  cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  post_id bigint REFERENCES post,
  talking_session_id bigint REFERENCES talking_session,
  persons integer NOT NULL CHECK (persons BETWEEN 1 AND 2000),
  kind text REFERENCES case_kind,
  outcome text NOT NULL
    CHECK (outcome IN ('consulted', 'repeat', 'explained', 'passed_on', 'registered')),
  passed_to text CHECK (passed_to ~ '^[a-z_]{1,40}$'),
  case_id bigint REFERENCES "case",
  note text CHECK (length(note) <= 2000),
  -- how a request that was passed on ended
  closing text
    CHECK (closing IN ('agreement', 'withdrawal', 'answered', 'decision', 'own_procedure')),
  closed_on date CHECK (closed_on >= received_on),
  rev integer NOT NULL DEFAULT 1,
  request_key text COLLATE "C" CHECK (length(request_key) BETWEEN 1 AND 200),
  body_hash bytea,
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by bigint NOT NULL,
  blanked_at timestamptz,
  UNIQUE (registered_by, request_key),
  CHECK ((outcome = 'passed_on') = (passed_to IS NOT NULL)),
  CHECK ((outcome IN ('registered', 'repeat')) = (case_id IS NOT NULL)),
  CHECK ((closing IS NULL) = (closed_on IS NULL)),
  CHECK (closing IS NULL OR outcome = 'passed_on'),
  CHECK (outcome = 'consulted' OR kind IS NOT NULL)
);
CREATE INDEX reception_scope ON reception (scope_key, received_on);
CREATE INDEX reception_case ON reception (case_id) WHERE case_id IS NOT NULL;

-- 网格内化解: settled on the doorstep, no case made of it.
CREATE TABLE grid_settlement (
  grid_settlement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  settled_on date NOT NULL,
  cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  kind text NOT NULL REFERENCES case_kind,
  way text NOT NULL CHECK (way IN ('explained', 'mediated', 'helped')),
  persons integer NOT NULL DEFAULT 2 CHECK (persons BETWEEN 1 AND 2000),
  note text CHECK (length(note) <= 2000),
  request_key text COLLATE "C" CHECK (length(request_key) BETWEEN 1 AND 200),
  body_hash bytea,
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by bigint NOT NULL,
  blanked_at timestamptz,
  UNIQUE (registered_by, request_key)
);
CREATE INDEX grid_settlement_scope ON grid_settlement (scope_key, settled_on);

-- One dispute through several doors ('same': this one is merged into the main one and counted
-- there), or one event with separate matters ('part': both go on and are counted).
CREATE TABLE case_link (
  case_id bigint PRIMARY KEY REFERENCES "case",
  main_case_id bigint NOT NULL REFERENCES "case",
  relation text NOT NULL CHECK (relation IN ('same', 'part')),
  linked_at timestamptz NOT NULL DEFAULT now(),
  linked_by bigint NOT NULL,
  CHECK (case_id <> main_case_id)
);
CREATE INDEX case_link_main ON case_link (main_case_id);

-- Every reporter is told; a row waits until somebody has.
CREATE TABLE reporter_notice (
  reporter_notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  case_party_id bigint NOT NULL REFERENCES case_party,
  reason text NOT NULL CHECK (reason ~ '^[a-z_]{1,40}$'),
  due_at timestamptz NOT NULL DEFAULT now(),
  told_at timestamptz,
  told_by bigint,
  channel text CHECK (channel IN ('phone', 'visit', 'letter', 'message', 'in_person')),
  UNIQUE (case_party_id, reason),
  CHECK ((told_at IS NULL) = (told_by IS NULL) AND (told_at IS NULL) = (channel IS NULL))
);
CREATE INDEX reporter_notice_case ON reporter_notice (case_id);

-- 集体事项: one case for many; whom the agreement binds is said, never assumed.
CREATE TABLE case_collective (
  case_id bigint PRIMARY KEY REFERENCES "case",
  represented integer NOT NULL CHECK (represented BETWEEN 2 AND 1000000),
  is_estimate boolean NOT NULL DEFAULT false,
  mandate text NOT NULL CHECK (mandate IN ('written', 'meeting', 'none')),
  mandate_on date,
  binds text NOT NULL CHECK (binds IN ('representatives', 'signers', 'mandators', 'everybody')),
  rev integer NOT NULL DEFAULT 1,
  CHECK ((mandate = 'none') = (mandate_on IS NULL))
);
CREATE TABLE case_signer (
  case_signer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  name text CHECK (length(name) <= 60),
  household_id bigint REFERENCES household,
  gave_mandate boolean NOT NULL DEFAULT true,
  blanked_at timestamptz
);
CREATE INDEX case_signer_case ON case_signer (case_id);
CREATE INDEX case_signer_household ON case_signer (household_id) WHERE household_id IS NOT NULL;

ALTER TABLE case_party
  DROP CONSTRAINT case_party_side_check,
  ADD CONSTRAINT case_party_side_check
    CHECK (side IN ('reporter', 'respondent', 'party', 'representative')),
  ADD COLUMN organisation text CHECK (length(organisation) <= 120),
  ADD COLUMN organisation_kind text CHECK (organisation_kind IN
    ('mine', 'property', 'cooperative', 'company', 'authority', 'collective', 'other')),
  ADD CONSTRAINT case_party_organisation_named
    CHECK ((organisation IS NULL) = (organisation_kind IS NULL));

CREATE TABLE case_amount (
  case_amount_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  what text NOT NULL CHECK (what IN ('claimed', 'agreed', 'paid')),
  amount_yuan numeric(14, 2) NOT NULL CHECK (amount_yuan > 0),
  on_date date NOT NULL,
  payer_party_id bigint REFERENCES case_party,
  payee_party_id bigint REFERENCES case_party,
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by bigint NOT NULL,
  voided_at timestamptz,
  voided_by bigint,
  CHECK (payer_party_id <> payee_party_id),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL))
);
CREATE INDEX case_amount_case ON case_amount (case_id);

-- The number of an order in the system that it came from; the same order never makes two cases.
CREATE TABLE case_source_ref (
  source text NOT NULL,
  ref text COLLATE "C" NOT NULL CHECK (length(ref) BETWEEN 1 AND 60),
  case_id bigint NOT NULL REFERENCES "case",
  PRIMARY KEY (source, ref)
);
CREATE INDEX case_source_ref_case ON case_source_ref (case_id);

-- A bulk file: how far it is, in the same transactions as its cases.
CREATE TABLE case_import (
  case_import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_sha256 bytea NOT NULL UNIQUE,
  source text NOT NULL,
  row_count integer NOT NULL,
  rows_done integer NOT NULL DEFAULT 0,
  cases_added integer NOT NULL DEFAULT 0,
  rows_known integer NOT NULL DEFAULT 0,
  rows_queued integer NOT NULL DEFAULT 0,
  actor_id bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
-- Rows that could not become a case; they wait for a person and never vanish.
CREATE TABLE case_import_queue (
  case_import_id bigint NOT NULL REFERENCES case_import,
  row_number integer NOT NULL,
  reasons text[] NOT NULL CHECK (cardinality(reasons) > 0),
  body text NOT NULL CHECK (length(body) <= 20000),
  settled_at timestamptz,
  settled_by bigint,
  blanked_at timestamptz,
  PRIMARY KEY (case_import_id, row_number)
);

-- A figure that was sent stays what it was.
CREATE TABLE report_snapshot (
  report_snapshot_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  report text NOT NULL CHECK (report ~ '^[a-z_]{1,40}$'),
  period text NOT NULL CHECK (period IN ('day', 'week', 'month', 'year')),
  from_on date NOT NULL,
  to_on date NOT NULL CHECK (to_on > from_on),
  dimension text NOT NULL CHECK (dimension IN ('area', 'kind', 'source')),
  area_code text COLLATE "C",
  area_key text COLLATE "C" NOT NULL,
  -- the range of who counted: a wider look counts what is hidden from a narrower one
  scope_key text COLLATE "C" NOT NULL,
  figures jsonb NOT NULL,
  sha256 bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL,
  UNIQUE (report, period, from_on, dimension, area_key, scope_key)
);
CREATE TRIGGER report_snapshot_append_only BEFORE UPDATE OR DELETE ON report_snapshot
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What hangs on a case is seen with the case.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_link', 'reporter_notice', 'case_collective', 'case_signer',
                           'case_amount', 'case_source_ref'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (EXISTS (SELECT FROM "case" c WHERE c.case_id = %I.case_id))'
                   ' WITH CHECK (EXISTS (SELECT FROM "case" c WHERE c.case_id = %I.case_id))',
                   t || '_of_case', t, t, t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['talking_session', 'reception', 'grid_settlement',
                           'report_snapshot'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))'
                   ' WITH CHECK (scope_key >= (SELECT scope_lo())'
                   '             AND scope_key < (SELECT scope_hi()))',
                   t || '_scope', t);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE ON talking_session, reception, grid_settlement, reporter_notice,
  case_collective, case_signer, case_amount, case_import, case_import_queue TO wangge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON case_link TO wangge_app;
GRANT DELETE ON case_signer TO wangge_app;
GRANT SELECT, INSERT ON case_source_ref, report_snapshot TO wangge_app;

-- A bulk file is the business of who sees the whole place.
ALTER TABLE case_import ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_import FORCE ROW LEVEL SECURITY;
ALTER TABLE case_import_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_import_queue FORCE ROW LEVEL SECURITY;
RESET ROLE;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_link', 'reporter_notice', 'case_collective', 'case_signer',
                           'case_amount', 'case_source_ref', 'talking_session', 'reception',
                           'grid_settlement', 'report_snapshot', 'case_import',
                           'case_import_queue'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
END
$$;
