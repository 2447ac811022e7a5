SET ROLE wangge_owner;

CREATE TABLE app_user (
  user_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login text COLLATE "C" NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role ~ '^[a-z_]{1,40}$'),
  -- NULL: the whole place
  area_cell_id bigint REFERENCES cell,
  officer_id bigint REFERENCES officer,
  must_change_password boolean NOT NULL DEFAULT true,
  is_demo boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  failed_logins integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_session (
  token_hash bytea PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
  csrf_token text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX user_session_user ON user_session (user_id);

-- One row; every process compares it before trusting its cached sessions.
CREATE TABLE access_revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO access_revision VALUES (true, 0);

CREATE TABLE audit (
  audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_id bigint NOT NULL,
  act text NOT NULL,
  object_kind text NOT NULL,
  object_id text NOT NULL DEFAULT '',
  row_count integer,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_at ON audit (at);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON app_user TO wangge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_session TO wangge_app;
GRANT SELECT, UPDATE ON access_revision TO wangge_app;
GRANT SELECT, INSERT ON audit TO wangge_app;
RESET ROLE;
