SET ROLE wangge_owner;

-- A plan of new grids below one or several parents.  State: draft, checked, approved, published,
-- superseded (a later plan redrew a parent of it), dropped.  Who sees it follows area_cell_id, the
-- deepest cell above all its parents (NULL: only who sees the whole place).
CREATE TABLE redraw_plan (
  redraw_plan_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  state text NOT NULL DEFAULT 'draft'
    CHECK (state IN ('draft', 'checked', 'approved', 'published', 'superseded', 'dropped')),
  -- the level of the grids that are drawn
  rank smallint NOT NULL REFERENCES grid_level,
  area_cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  branched_from bigint REFERENCES redraw_plan,
  start text NOT NULL CHECK (start IN ('current', 'file', 'empty', 'branch')),
  mode text NOT NULL DEFAULT 'settled' CHECK (mode IN ('settled', 'pastoral', 'partition')),
  low integer NOT NULL CHECK (low >= 1),
  high integer NOT NULL CHECK (high >= low),
  seed integer NOT NULL,
  rev integer NOT NULL DEFAULT 1,
  made_by bigint NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  -- what the file that it began with was wrong about
  import_findings jsonb NOT NULL DEFAULT '[]',
  checked_rev integer,
  -- exceptions declared: kinds of findings, with the reason
  accepted text[] NOT NULL DEFAULT '{}',
  reason text CHECK (length(reason) <= 500),
  request text CHECK (length(request) <= 2000),
  minutes_number text CHECK (length(minutes_number) <= 60),
  approved_by bigint,
  approved_at timestamptz,
  valid_from date,
  grid_version_id bigint REFERENCES grid_version,
  published_by bigint,
  published_at timestamptz,
  CHECK (state NOT IN ('published', 'superseded') OR grid_version_id IS NOT NULL),
  CHECK (approved_by IS NULL OR approved_by <> made_by)
);
CREATE INDEX redraw_plan_scope ON redraw_plan (scope_key);

-- Atoms of one parent, made once from one state of its households and lines (content_key).
-- content holds ids and places of households, so it is seen where the households are.
CREATE TABLE redraw_ground (
  redraw_ground_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  content_key bytea NOT NULL UNIQUE CHECK (length(content_key) = 32),
  parent_cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  atoms integer NOT NULL CHECK (atoms > 0),
  content bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX redraw_ground_scope ON redraw_ground (scope_key);

-- One parent of a plan.  grid[a] is the number of the grid of atom a; numbers say which cell a
-- number is today; facts what the planner said beside the ground.  base_rev is cell.rev of the
-- parent when the draft began: publishing asks for it.
CREATE TABLE redraw_part (
  redraw_part_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  redraw_plan_id bigint NOT NULL REFERENCES redraw_plan,
  parent_cell_id bigint NOT NULL REFERENCES cell,
  base_rev bigint NOT NULL,
  base_version_id bigint NOT NULL REFERENCES grid_version,
  redraw_ground_id bigint NOT NULL REFERENCES redraw_ground,
  today integer[] NOT NULL,
  grid integer[] NOT NULL,
  next_grid integer NOT NULL,
  locked integer[] NOT NULL DEFAULT '{}',
  numbers jsonb NOT NULL DEFAULT '{}',
  facts jsonb NOT NULL DEFAULT '[]',
  rev integer NOT NULL DEFAULT 1,
  UNIQUE (redraw_plan_id, parent_cell_id),
  CHECK (cardinality(grid) = cardinality(today))
);
CREATE INDEX redraw_part_ground ON redraw_part (redraw_ground_id);

-- Every step with its inverse: undo and redo are rows, not memory.
CREATE TABLE redraw_edit (
  redraw_plan_id bigint NOT NULL REFERENCES redraw_plan,
  seq integer NOT NULL CHECK (seq > 0),
  redraw_part_id bigint NOT NULL REFERENCES redraw_part,
  act text NOT NULL CHECK (act ~ '^[a-z_]{1,30}$'),
  change jsonb NOT NULL,
  -- done; undone: can be done again; left: another step was done instead
  state text NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone', 'left')),
  actor_id bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (redraw_plan_id, seq)
);

-- A code that the service gave until the platform issues its own.
ALTER TABLE cell_code ADD COLUMN provisional boolean NOT NULL DEFAULT false;
GRANT UPDATE (provisional) ON cell_code TO wangge_app;

-- A published plan is what it was: only who sees it follows the grid, and its successor retires it.
CREATE FUNCTION refuse_change_of_published_plan() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  plan redraw_plan;
BEGIN
  IF TG_TABLE_NAME = 'redraw_plan' THEN
    IF OLD.state IN ('published', 'superseded') AND (
         TG_OP = 'DELETE' OR to_jsonb(NEW) - '{scope_key,area_cell_id,state}'::text[]
           IS DISTINCT FROM to_jsonb(OLD) - '{scope_key,area_cell_id,state}'::text[]
         OR NEW.state NOT IN ('published', 'superseded')) THEN
      RAISE EXCEPTION 'a published plan is immutable' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSE
    SELECT * INTO plan FROM redraw_plan p WHERE p.redraw_plan_id =
      CASE TG_OP WHEN 'INSERT' THEN NEW.redraw_plan_id ELSE OLD.redraw_plan_id END;
    IF plan.state IN ('published', 'superseded') THEN
      RAISE EXCEPTION 'a published plan is immutable' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER redraw_plan_immutable BEFORE UPDATE OR DELETE ON redraw_plan
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_plan();
CREATE TRIGGER redraw_part_immutable BEFORE INSERT OR UPDATE OR DELETE ON redraw_part
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_plan();
CREATE TRIGGER redraw_edit_immutable BEFORE INSERT OR UPDATE OR DELETE ON redraw_edit
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_plan();

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['redraw_plan', 'redraw_ground'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))'
                   ' WITH CHECK (scope_key >= (SELECT scope_lo())'
                   ' AND scope_key < (SELECT scope_hi()))', t || '_scope', t);
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['redraw_part', 'redraw_edit'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I'
                   ' USING (EXISTS (SELECT FROM redraw_plan p'
                   '   WHERE p.redraw_plan_id = %I.redraw_plan_id))'
                   ' WITH CHECK (EXISTS (SELECT FROM redraw_plan p'
                   '   WHERE p.redraw_plan_id = %I.redraw_plan_id))', t || '_of_plan', t, t, t);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE ON redraw_plan, redraw_ground, redraw_part, redraw_edit TO wangge_app;
RESET ROLE;
