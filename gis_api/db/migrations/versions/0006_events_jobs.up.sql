SET ROLE wangge_owner;

-- Kind, cell and code only: an event never carries a person.
CREATE TABLE event_outbox (
  event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  cell_code text COLLATE "C",
  code text COLLATE "C",
  access_key text COLLATE "C" NOT NULL
);
CREATE INDEX event_outbox_order ON event_outbox (xid, event_id);

CREATE FUNCTION wake_event_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('wangge_event', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER event_outbox_wake AFTER INSERT ON event_outbox
  FOR EACH STATEMENT EXECUTE FUNCTION wake_event_readers();

CREATE FUNCTION announce_grid_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('wangge_grid', NEW.grid_version_id::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER grid_version_announce AFTER INSERT ON grid_version
  FOR EACH ROW EXECUTE FUNCTION announce_grid_version();

-- File hash is batch identity: the same file twice changes nothing.
CREATE TABLE import_batch (
  import_batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  file_sha256 bytea NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  row_count integer NOT NULL,
  findings jsonb NOT NULL DEFAULT '[]',
  accepted jsonb NOT NULL DEFAULT '[]',
  reason text,
  actor_id bigint NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT now(),
  grid_version_id bigint REFERENCES grid_version
);
CREATE UNIQUE INDEX import_batch_once ON import_batch (kind, file_sha256, (options::text));

CREATE TABLE job_progress (
  job_id bigint PRIMARY KEY,
  task text NOT NULL,
  requested_by bigint NOT NULL,
  done bigint NOT NULL DEFAULT 0,
  total bigint,
  note text NOT NULL DEFAULT '',
  cancel_requested boolean NOT NULL DEFAULT false,
  outcome text CHECK (outcome IN ('succeeded', 'failed', 'cancelled')),
  result jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE place_setting (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  place text NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  synthetic boolean NOT NULL
);

GRANT SELECT, INSERT, DELETE ON event_outbox TO wangge_app;
GRANT SELECT, INSERT ON import_batch TO wangge_app;
GRANT SELECT, INSERT, UPDATE ON job_progress, place_setting TO wangge_app;
RESET ROLE;
