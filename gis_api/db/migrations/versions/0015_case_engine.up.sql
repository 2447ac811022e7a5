-- Before the policies apply: the owner sees no case.
ALTER TABLE "case"
  ADD COLUMN outcome text,
  ADD COLUMN settled_on date,
  ADD COLUMN settled_by bigint,
  ADD COLUMN satisfaction text CHECK (satisfaction IN ('satisfied', 'partly', 'dissatisfied', 'unreached')),
  -- asked to sign for it; the lead stays the owner until then
  ADD COLUMN receiver_post_id bigint REFERENCES post,
  ADD COLUMN receiver_officer_id bigint REFERENCES officer,
  -- the leader in charge (包案)
  ADD COLUMN official_officer_id bigint REFERENCES officer,
  -- who took the step that ended it: somebody else confirms that it is settled
  ADD COLUMN ended_by bigint,
  -- the day of the last step, and the moment it was recorded
  ADD COLUMN step_on date,
  ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now();
UPDATE "case" SET moved_at = registered_at;
UPDATE "case" SET state = 'closed' WHERE closed_on IS NOT NULL AND state <> 'closed';
ALTER TABLE "case"
  ADD CONSTRAINT case_state_known CHECK (state IN (
    'registered', 'accepted', 'guided', 'not_accepted', 'assigned', 'forwarded', 'signed_for',
    'in_hand', 'agreement', 'decision', 'referred', 'closed', 'followed_up', 'archived')),
  ADD CONSTRAINT case_outcome_known CHECK (outcome IN (
    'explained', 'agreement_written', 'agreement_oral', 'decision', 'referred', 'guided',
    'not_accepted', 'withdrawn', 'merged', 'unsettled')),
  ADD CONSTRAINT case_settled_once_ended CHECK (settled_on IS NULL OR closed_on IS NOT NULL);
CREATE INDEX case_receiver ON "case" (receiver_officer_id) WHERE receiver_officer_id IS NOT NULL;
CREATE INDEX case_official ON "case" (official_officer_id) WHERE official_officer_id IS NOT NULL;
CREATE INDEX case_open_moved ON "case" (moved_at) WHERE closed_on IS NULL;

SET ROLE wangge_owner;

CREATE TABLE case_overlay (
  case_overlay_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  overlay text NOT NULL CHECK (overlay IN ('extended', 'suspended', 'supervised', 'escalated')),
  begun_on date NOT NULL,
  ended_on date CHECK (ended_on >= begun_on)
);
CREATE UNIQUE INDEX case_overlay_once ON case_overlay (case_id, overlay) WHERE ended_on IS NULL;

-- Each lawful procedure of a case runs by itself, with clocks of its own.
CREATE TABLE case_procedure (
  case_procedure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  procedure text NOT NULL CHECK (procedure ~ '^[a-z_]{1,40}$'),
  stage text NOT NULL CHECK (stage ~ '^[a-z_]{1,40}$'),
  begun_on date NOT NULL,
  stage_on date NOT NULL CHECK (stage_on >= begun_on),
  ended_on date CHECK (ended_on >= begun_on),
  result text CHECK (result ~ '^[a-z_]{1,40}$'),
  CHECK ((ended_on IS NULL) = (result IS NULL))
);
CREATE UNIQUE INDEX case_procedure_once ON case_procedure (case_id, procedure)
  WHERE ended_on IS NULL;
CREATE INDEX case_procedure_case ON case_procedure (case_id);

CREATE TABLE case_clock (
  case_clock_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  rule text NOT NULL CHECK (rule ~ '^[a-z0-9_]{1,40}$'),
  started_on date NOT NULL,
  -- in units of the rule
  length integer NOT NULL CHECK (length > 0),
  extension_days integer NOT NULL DEFAULT 0 CHECK (extension_days >= 0),
  -- days that do not count; without an end while it stands still
  paused datemultirange NOT NULL DEFAULT '{}',
  -- NULL while it stands still
  due_on date,
  warn_on date,
  -- computed past the last published holiday notice
  provisional boolean NOT NULL DEFAULT false,
  stopped_on date CHECK (stopped_on >= started_on),
  stopped_by text,
  CHECK ((stopped_on IS NULL) = (stopped_by IS NULL)),
  CHECK (due_on IS NOT NULL OR upper_inf(paused))
);
CREATE INDEX case_clock_case ON case_clock (case_id);
CREATE INDEX case_clock_due ON case_clock (due_on) WHERE stopped_on IS NULL;
CREATE INDEX case_clock_provisional ON case_clock (started_on) WHERE provisional AND stopped_on IS NULL;
CREATE UNIQUE INDEX case_clock_once ON case_clock (case_id, rule) WHERE stopped_on IS NULL;

-- The words of a step: may name persons, so not in the history; retention may blank them.
CREATE TABLE case_note (
  case_id bigint NOT NULL REFERENCES "case",
  seq integer NOT NULL,
  body text NOT NULL CHECK (length(body) <= 4000),
  blanked_at timestamptz,
  PRIMARY KEY (case_id, seq)
);

CREATE TABLE case_document (
  case_document_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  number integer NOT NULL CHECK (number > 0),
  issued_on date NOT NULL,
  issued_by bigint NOT NULL,
  issued_at timestamptz NOT NULL DEFAULT now(),
  addressee_officer_id bigint REFERENCES officer,
  due_on date CHECK (due_on >= issued_on),
  fields jsonb NOT NULL DEFAULT '{}',
  answered_on date CHECK (answered_on >= issued_on),
  answered_by bigint,
  answer text CHECK (length(answer) <= 4000),
  blanked_at timestamptz,
  UNIQUE (case_id, kind, number),
  CHECK ((answered_on IS NULL) = (answered_by IS NULL))
);
CREATE INDEX case_document_due ON case_document (due_on)
  WHERE answered_on IS NULL AND due_on IS NOT NULL;

CREATE TABLE case_agreement (
  case_agreement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  form text NOT NULL CHECK (form IN ('written', 'oral')),
  agreed_on date NOT NULL,
  effective_on date NOT NULL CHECK (effective_on >= agreed_on),
  terms text NOT NULL CHECK (length(terms) <= 8000),
  recorded_by bigint NOT NULL,
  -- a later agreement of the same case took its place
  replaced_on date,
  blanked_at timestamptz
);
CREATE UNIQUE INDEX case_agreement_once ON case_agreement (case_id) WHERE replaced_on IS NULL;

CREATE TABLE case_performance (
  case_performance_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES "case",
  case_agreement_id bigint NOT NULL REFERENCES case_agreement,
  due_on date NOT NULL,
  what text NOT NULL CHECK (length(what) <= 500),
  amount_yuan numeric(14, 2) CHECK (amount_yuan >= 0),
  done_on date,
  done_by bigint,
  blanked_at timestamptz,
  CHECK ((done_on IS NULL) = (done_by IS NULL))
);
CREATE INDEX case_performance_case ON case_performance (case_id);
CREATE INDEX case_performance_due ON case_performance (due_on) WHERE done_on IS NULL;

-- Who stepped back from a case; whether there is a tie of kinship, never to whom.
CREATE TABLE case_recusal (
  case_id bigint NOT NULL REFERENCES "case",
  officer_id bigint NOT NULL REFERENCES officer,
  has_kin_tie boolean NOT NULL,
  disclosed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, officer_id)
);

-- What the sweeper found: cases that somebody must look at, and why.
CREATE TABLE case_attention (
  case_id bigint NOT NULL REFERENCES "case",
  reason text NOT NULL CHECK (reason ~ '^[a-z_]{1,40}$'),
  found_at timestamptz NOT NULL DEFAULT now(),
  since_on date NOT NULL,
  PRIMARY KEY (case_id, reason)
);
CREATE INDEX case_attention_reason ON case_attention (reason, since_on);

-- Days that differ from a plain week: holidays and make-up working days, by year as published.
CREATE TABLE work_calendar_year (
  year integer PRIMARY KEY CHECK (year BETWEEN 1990 AND 2200),
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
  loaded_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE work_calendar (
  day date PRIMARY KEY,
  year integer NOT NULL REFERENCES work_calendar_year ON DELETE CASCADE
    CHECK (year = extract(year FROM day)),
  is_working boolean NOT NULL,
  name text NOT NULL DEFAULT '' CHECK (length(name) <= 40)
);

DO $$
DECLARE t text;
BEGIN
  -- What hangs on a case is seen by whoever sees the case: nothing to rewrite when it moves.
  FOREACH t IN ARRAY ARRAY['case_overlay', 'case_procedure', 'case_clock', 'case_note',
                           'case_document', 'case_agreement', 'case_performance', 'case_recusal',
                           'case_attention'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I USING (EXISTS (SELECT FROM "case" c'
                   ' WHERE c.case_id = %I.case_id))', t || '_of_case', t, t);
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['work_calendar', 'work_calendar_year'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (true)', t || '_read', t);
    EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT required_setting(''app.role'')) IN'
                   ' (''system'', ''administrator''))', t || '_keepers', t);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON case_note, case_recusal TO wangge_app;
GRANT UPDATE (body, blanked_at) ON case_note TO wangge_app;
GRANT SELECT, INSERT, UPDATE ON case_overlay, case_procedure, case_clock, case_document,
  case_agreement, case_performance TO wangge_app;
GRANT SELECT, INSERT, DELETE ON case_attention TO wangge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON work_calendar, work_calendar_year TO wangge_app;
RESET ROLE;
