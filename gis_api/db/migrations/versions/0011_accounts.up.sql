SET ROLE wangge_owner;

-- A key for a program: the hash only, and never more than its account may.
CREATE TABLE api_token (
  api_token_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  user_id bigint NOT NULL REFERENCES app_user,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- 'case.read': words of the permission table
  verbs text[] NOT NULL CHECK (cardinality(verbs) > 0),
  -- NULL: the area and the grants of the account; given: this area alone, without its grants
  area_cell_id bigint REFERENCES cell,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by bigint,
  CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days'),
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE INDEX api_token_user ON api_token (user_id);

-- A link that lets somebody choose the first password of an account, once.
CREATE TABLE invitation (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  user_id bigint NOT NULL REFERENCES app_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  cancelled_at timestamptz
);
CREATE INDEX invitation_user ON invitation (user_id);

-- An outside sign-in that has begun; taken once, or forgotten after ten minutes.
CREATE TABLE oidc_flow (
  state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
  nonce text NOT NULL,
  code_verifier text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Who came first from outside under a login: a login given to another person there is not let in.
CREATE TABLE oidc_identity (
  issuer text NOT NULL CHECK (length(issuer) <= 400),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  user_id bigint NOT NULL REFERENCES app_user,
  bound_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject),
  UNIQUE (issuer, user_id)
);

ALTER TABLE officer_leave
  ADD COLUMN officer_leave_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ADD COLUMN added_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN added_by bigint NOT NULL DEFAULT 0;

CREATE FUNCTION cell_in_scope(cell bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM cell_version v WHERE v.cell_id = cell AND v.valid @> today()
               AND v.scope_key >= scope_lo() AND v.scope_key < scope_hi());

-- One holder of a post follows another from a day on; the open cases go along on that day.
CREATE TABLE post_handover (
  post_handover_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  post_id bigint NOT NULL REFERENCES post,
  from_officer_id bigint NOT NULL REFERENCES officer,
  to_officer_id bigint NOT NULL REFERENCES officer,
  from_on date NOT NULL,
  arranged_at timestamptz NOT NULL DEFAULT now(),
  arranged_by bigint NOT NULL,
  applied_at timestamptz,
  case_count integer,
  queued_count integer,
  CHECK (from_officer_id <> to_officer_id)
);
CREATE INDEX post_handover_post ON post_handover (post_id);
CREATE INDEX post_handover_due ON post_handover (from_on) WHERE applied_at IS NULL;

-- 交接班: what one shift tells the next.
CREATE TABLE shift_note (
  shift_note_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- NULL: the whole place
  cell_id bigint REFERENCES cell,
  written_at timestamptz NOT NULL DEFAULT now(),
  written_by bigint NOT NULL REFERENCES app_user,
  body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
  open_items text[] NOT NULL DEFAULT '{}' CHECK (cardinality(open_items) <= 50),
  taken_at timestamptz,
  taken_by bigint REFERENCES app_user,
  CHECK ((taken_at IS NULL) = (taken_by IS NULL))
);
CREATE INDEX shift_note_cell ON shift_note (cell_id, shift_note_id DESC);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['api_token', 'invitation', 'oidc_flow', 'oidc_identity'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I USING'
                   ' ((SELECT required_setting(''app.role'')) IN (''system'', ''administrator''))',
                   t || '_keepers', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['post_handover', 'shift_note'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
END
$$;
CREATE POLICY post_handover_scope ON post_handover USING (
  EXISTS (SELECT FROM post p WHERE p.post_id = post_handover.post_id AND cell_in_scope(p.cell_id)));
CREATE POLICY shift_note_scope ON shift_note USING (cell_in_scope(cell_id));

GRANT EXECUTE ON FUNCTION cell_in_scope(bigint) TO wangge_app;
GRANT SELECT, INSERT ON api_token, invitation, oidc_identity, post_handover, shift_note
  TO wangge_app;
GRANT UPDATE (last_used_at, revoked_at, revoked_by) ON api_token TO wangge_app;
GRANT UPDATE (used_at, cancelled_at) ON invitation TO wangge_app;
GRANT UPDATE (applied_at, case_count, queued_count) ON post_handover TO wangge_app;
GRANT UPDATE (taken_at, taken_by) ON shift_note TO wangge_app;
GRANT SELECT, INSERT, DELETE ON oidc_flow TO wangge_app;
RESET ROLE;
