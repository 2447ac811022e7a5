SET ROLE wangge_owner;

-- What risk may know of a case: kind, source, days and place.  No key of a case, household or person.
-- A case merged into another is counted there; a collective case is one row and counts once.
CREATE VIEW risk_case WITH (security_invoker = true) AS
SELECT c.kind, c.source,
       (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date AS registered_on,
       c.happened_on, c.scope_key, c.access_key, c.accuracy_m,
       -- a case that names a grid only has no point of its own
       CASE WHEN c.place_kind <> 'cell' AND c.how <> 'none' THEN ST_PointOnSurface(c.geom) END
         AS point
FROM "case" c
WHERE NOT EXISTS (SELECT FROM case_link l WHERE l.case_id = c.case_id AND l.relation = 'same');

-- Denominators of years that are over, by lowest cell: how many, and the middle of where they lie.
-- Of the running year the registers themselves are counted.
CREATE TABLE risk_unit (
  risk_unit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  year smallint NOT NULL CHECK (year BETWEEN 1900 AND 2200),
  denominator text NOT NULL CHECK (denominator IN ('households', 'parcels')),
  cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  geom geometry(Point, 4490) NOT NULL,
  units integer NOT NULL CHECK (units > 0),
  kept_on date NOT NULL,
  UNIQUE (year, denominator, cell_id)
);
CREATE INDEX risk_unit_scope ON risk_unit (scope_key);

-- One look at one area: what was counted, with which seed, by which version of the methods.
CREATE TABLE risk_run (
  risk_run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- the area, and at the same time the range of who may see it: only cases of that range are in it
  scope_key text COLLATE "C" NOT NULL,
  area_code text COLLATE "C",
  purpose text NOT NULL CHECK (purpose IN ('nightly', 'asked')),
  as_of date NOT NULL,
  grid_version_id bigint NOT NULL REFERENCES grid_version,
  seed bigint NOT NULL,
  code_version text NOT NULL,
  inputs_sha256 bytea NOT NULL,
  inputs jsonb NOT NULL,
  figures jsonb NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL
);
CREATE INDEX risk_run_latest ON risk_run (scope_key, risk_run_id DESC);

CREATE TABLE risk_map (
  risk_run_id bigint NOT NULL REFERENCES risk_run ON DELETE CASCADE,
  kind_group text NOT NULL CHECK (kind_group ~ '^[a-z_]{1,40}$'),
  scale text NOT NULL CHECK (scale IN ('base', 'micro', 'h3')),
  months smallint NOT NULL CHECK (months BETWEEN 1 AND 120),
  scope_key text COLLATE "C" NOT NULL,
  figures jsonb NOT NULL,
  cells jsonb NOT NULL,
  PRIMARY KEY (risk_run_id, kind_group, scale, months)
);
CREATE INDEX risk_map_scope ON risk_map (scope_key);

-- 新的异常: a task "check causes" for a person; what came of it is kept and scored.
CREATE TABLE risk_alarm (
  risk_alarm_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text COLLATE "C" NOT NULL UNIQUE,
  kind_group text NOT NULL CHECK (kind_group ~ '^[a-z_]{1,40}$'),
  month date NOT NULL,
  -- where it is centred, and who may see it
  cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  area_key text COLLATE "C" NOT NULL,
  cell_codes text[] NOT NULL,
  observed integer NOT NULL,
  expected double precision NOT NULL,
  months smallint NOT NULL,
  recurrence_months double precision NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'dismissed')),
  -- 粉尘 dust, 界标 marks, 欠款 unpaid money: what the person looked at
  checked text[] NOT NULL DEFAULT '{}' CHECK (checked <@ ARRAY['dust', 'marks', 'unpaid_money']),
  reason text CHECK (reason ~ '^[a-z_]{1,40}$'),
  raised_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  decided_by bigint,
  CHECK ((state = 'open') = (reason IS NULL) AND (state = 'open') = (decided_at IS NULL)
         AND (state = 'open') = (decided_by IS NULL)),
  UNIQUE (kind_group, month, area_key, cell_id)
);
CREATE INDEX risk_alarm_scope ON risk_alarm (scope_key, state);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['risk_unit', 'risk_run', 'risk_map', 'risk_alarm'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))'
                   ' WITH CHECK (scope_key >= (SELECT scope_lo())'
                   ' AND scope_key < (SELECT scope_hi()))', t || '_scope', t);
  END LOOP;
END
$$;
GRANT SELECT ON risk_case TO wangge_app;
GRANT SELECT, INSERT, DELETE ON risk_unit, risk_run, risk_map TO wangge_app;
GRANT UPDATE (cell_id, scope_key) ON risk_unit TO wangge_app;
GRANT SELECT, INSERT ON risk_alarm TO wangge_app;
GRANT UPDATE (cell_id, scope_key, state, checked, reason, decided_at, decided_by) ON risk_alarm
  TO wangge_app;
RESET ROLE;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['risk_unit', 'risk_run', 'risk_map', 'risk_alarm'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
END
$$;
