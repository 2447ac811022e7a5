SET ROLE wangge_owner;

ALTER TABLE audit
  -- why somebody looked, as a code of the declared list
  ADD COLUMN purpose text CHECK (purpose ~ '^[a-z_]{1,40}$');
CREATE INDEX audit_object ON audit (object_kind, object_id);
CREATE INDEX audit_actor ON audit (actor_id, audit_id);
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Rows that wait for their seal.  A row becomes visible here when its transaction commits, however
-- late and with however small an id, so none can be passed over.
CREATE TABLE audit_unsealed (
  audit_id bigint PRIMARY KEY
);
-- before the policies below, which show the owner nothing
INSERT INTO audit_unsealed SELECT audit_id FROM audit;

-- Only whoever sees the whole place and audits it reads; whoever acts writes in their own name.
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_read ON audit FOR SELECT TO wangge_whole
  USING ((SELECT required_setting('app.role')) IN ('auditor', 'system'));
CREATE POLICY audit_add ON audit FOR INSERT WITH CHECK (
  audit.actor_id = (SELECT actor_id()) OR (SELECT required_setting('app.role')) = 'system');

CREATE FUNCTION await_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_unsealed (audit_id) VALUES (NEW.audit_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_await_seal AFTER INSERT ON audit
  FOR EACH ROW EXECUTE FUNCTION await_seal();

CREATE TABLE audit_seal (
  day date NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  sealed_at timestamptz NOT NULL,
  audit_ids bigint[] NOT NULL CHECK (cardinality(audit_ids) > 0),
  -- 32 bytes for every row, so that an edit is found to the row
  row_hashes bytea NOT NULL CHECK (length(row_hashes) = 32 * cardinality(audit_ids)),
  previous_hash bytea NOT NULL CHECK (length(previous_hash) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (day, seq)
);
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_never_emptied BEFORE TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A case under a legal hold (诉讼、复议、信访复查 …) is not blanked; codes only.
CREATE TABLE legal_hold (
  legal_hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  basis text NOT NULL CHECK (basis ~ '^[a-z_]{1,40}$'),
  review_on date NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  set_by bigint NOT NULL,
  lifted_at timestamptz,
  lifted_by bigint,
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE UNIQUE INDEX legal_hold_once ON legal_hold (case_id, basis) WHERE lifted_at IS NULL;

-- What the customer decided instead of the declared period.
CREATE TABLE retention_period (
  rule text PRIMARY KEY CHECK (rule ~ '^[a-z_]{1,40}$'),
  after_days integer NOT NULL CHECK (after_days BETWEEN 30 AND 36500),
  set_at timestamptz NOT NULL DEFAULT now(),
  set_by bigint NOT NULL
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['audit_unsealed', 'audit_seal', 'legal_hold', 'retention_period'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING'
                   ' ((SELECT required_setting(''app.role'')) = ''system'')', t || '_system', t);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO wangge_whole USING'
                   ' ((SELECT required_setting(''app.role'')) = ''auditor'')', t || '_read', t);
  END LOOP;
END
$$;
-- audit_unsealed is not forced: await_seal() writes it as the owner, who cannot sign in.
ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY;
ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY;
ALTER TABLE retention_period FORCE ROW LEVEL SECURITY;

ALTER TABLE case_text ADD COLUMN blanked_at timestamptz;
ALTER TABLE case_party ADD COLUMN blanked_at timestamptz;
CREATE INDEX case_closed ON "case" (closed_on) WHERE closed_on IS NOT NULL;
CREATE INDEX case_party_household ON case_party (household_id) WHERE household_id IS NOT NULL;

GRANT SELECT, DELETE ON audit_unsealed TO wangge_app;
GRANT SELECT, INSERT ON audit_seal TO wangge_app;
GRANT SELECT, INSERT, UPDATE ON legal_hold, retention_period TO wangge_app;
RESET ROLE;
