SET ROLE wangge_owner;

ALTER TABLE party_group
  ADD COLUMN is_locked boolean NOT NULL DEFAULT false,
  ADD COLUMN ended_on date;
CREATE UNIQUE INDEX party_group_cell_once ON party_group_cell (cell_id);

ALTER TABLE member
  ADD COLUMN phone text CHECK (length(phone) <= 40),
  -- 双报到: the branch of the workplace, for those who report to both
  ADD COLUMN home_branch text NOT NULL DEFAULT '' CHECK (length(home_branch) <= 100),
  ADD COLUMN volunteers boolean NOT NULL DEFAULT false,
  ADD COLUMN skills text[] NOT NULL DEFAULT '{}' CHECK (cardinality(skills) <= 20),
  ADD COLUMN left_on date,
  ADD COLUMN rev integer NOT NULL DEFAULT 0,
  -- helpers opt in; whoever withdraws leaves no skills behind
  ADD CONSTRAINT member_skills_by_consent CHECK (volunteers OR skills = '{}');
CREATE INDEX member_group ON member (party_group_id);

CREATE TABLE party_group_leader (
  user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
  party_group_id bigint NOT NULL REFERENCES party_group,
  valid daterange NOT NULL DEFAULT daterange(NULL, NULL) CHECK (NOT isempty(valid)),
  CONSTRAINT party_group_leader_once EXCLUDE USING gist
    (user_id WITH =, party_group_id WITH =, valid WITH &&)
);

-- Membership is sensitive: only a party-group leader sees a roster, and only by grant.
CREATE FUNCTION led_group_ids() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE required_setting('app.role')
    WHEN 'system' THEN (SELECT coalesce(array_agg(party_group_id), '{}') FROM party_group)
    WHEN 'party_leader' THEN (
      SELECT coalesce(array_agg(party_group_id), '{}') FROM party_group_leader
      WHERE user_id = actor_id() AND valid @> today())
    ELSE '{}'::bigint[]
  END
$$;
CREATE FUNCTION led_cell_ids() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(cell_id), '{}') FROM party_group_cell
  WHERE party_group_id = ANY ((SELECT led_group_ids())::bigint[])
$$;
GRANT EXECUTE ON FUNCTION led_group_ids(), led_cell_ids() TO wangge_app;

-- Not forced: the owner cannot sign in and reads it in led_group_ids() only.
ALTER TABLE party_group_leader ENABLE ROW LEVEL SECURITY;
CREATE POLICY party_group_leader_own ON party_group_leader FOR SELECT
  USING (user_id = (SELECT actor_id()));
CREATE POLICY party_group_leader_granting ON party_group_leader
  USING ((SELECT required_setting('app.role')) IN ('system', 'administrator'))
  WITH CHECK ((SELECT required_setting('app.role')) IN ('system', 'administrator'));

DROP POLICY member_scope ON member;
CREATE POLICY member_granted ON member
  USING (party_group_id = ANY ((SELECT led_group_ids())::bigint[]))
  WITH CHECK (party_group_id = ANY ((SELECT led_group_ids())::bigint[]));
-- For volunteer_counts() below; nobody can sign in as the owner.
CREATE POLICY member_counted ON member FOR SELECT TO wangge_owner USING (true);

-- 联系户: who keeps in touch with whom, as a duty.
CREATE TABLE member_household (
  member_id bigint NOT NULL REFERENCES member,
  household_id bigint NOT NULL REFERENCES household,
  since_on date NOT NULL DEFAULT today(),
  PRIMARY KEY (member_id, household_id)
);
CREATE INDEX member_household_household ON member_household (household_id);
ALTER TABLE member_household ENABLE ROW LEVEL SECURITY;
ALTER TABLE member_household FORCE ROW LEVEL SECURITY;
CREATE POLICY member_household_of_member ON member_household
  USING (EXISTS (SELECT FROM member m WHERE m.member_id = member_household.member_id))
  WITH CHECK (EXISTS (SELECT FROM member m WHERE m.member_id = member_household.member_id));

CREATE TABLE party_group_plan (
  party_group_plan_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_on date NOT NULL,
  seed integer NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  made_by bigint NOT NULL,
  applied_at timestamptz
);
CREATE TABLE party_group_plan_group (
  party_group_plan_id bigint NOT NULL REFERENCES party_group_plan,
  number integer NOT NULL,
  -- NULL until a new group is made when the plan takes effect
  party_group_id bigint REFERENCES party_group,
  village_cell_id bigint NOT NULL REFERENCES cell,
  PRIMARY KEY (party_group_plan_id, number)
);
CREATE TABLE party_group_plan_cell (
  party_group_plan_id bigint NOT NULL,
  cell_id bigint NOT NULL REFERENCES cell,
  number integer NOT NULL,
  before_group_id bigint REFERENCES party_group,
  PRIMARY KEY (party_group_plan_id, cell_id),
  FOREIGN KEY (party_group_plan_id, number) REFERENCES party_group_plan_group
);

-- Service requests (群众点单) are no disputes and never counted as such.
CREATE TABLE service_request (
  service_request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
  wanted_on date,
  contact_name text CHECK (length(contact_name) <= 60),
  contact_phone text CHECK (length(contact_phone) <= 40),
  cell_id bigint NOT NULL REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'done', 'withdrawn')),
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by bigint NOT NULL,
  rev integer NOT NULL DEFAULT 0
);
CREATE INDEX service_request_scope ON service_request (scope_key, state);
CREATE INDEX service_request_cell ON service_request (cell_id);

CREATE TABLE service_offer (
  service_request_id bigint NOT NULL REFERENCES service_request,
  party_group_id bigint NOT NULL REFERENCES party_group,
  member_id bigint REFERENCES member,
  state text NOT NULL CHECK (state IN ('offered', 'taken', 'declined', 'done', 'withdrawn')),
  offered_at timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,
  minutes integer CHECK (minutes BETWEEN 1 AND 6000),
  PRIMARY KEY (service_request_id, party_group_id),
  CHECK ((state IN ('taken', 'done')) = (member_id IS NOT NULL)),
  CHECK ((state = 'done') = (minutes IS NOT NULL))
);
CREATE UNIQUE INDEX service_offer_one_taker ON service_offer (service_request_id)
  WHERE state IN ('taken', 'done');
CREATE INDEX service_offer_group ON service_offer (party_group_id, state);
CREATE INDEX service_offer_member ON service_offer (member_id) WHERE member_id IS NOT NULL;

CREATE FUNCTION offered_request_ids() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(service_request_id), '{}') FROM service_offer
  WHERE party_group_id = ANY ((SELECT led_group_ids())::bigint[])
$$;

ALTER TABLE service_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_request FORCE ROW LEVEL SECURITY;
CREATE POLICY service_request_scope ON service_request
  USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))
  WITH CHECK (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()));
CREATE POLICY service_request_granted ON service_request
  USING (cell_id = ANY ((SELECT led_cell_ids())::bigint[])
         OR service_request_id = ANY ((SELECT offered_request_ids())::bigint[]))
  WITH CHECK (cell_id = ANY ((SELECT led_cell_ids())::bigint[])
         OR service_request_id = ANY ((SELECT offered_request_ids())::bigint[]));

-- Not forced: offered_request_ids() reads it as the owner, else the two policies would call each
-- other without end.
ALTER TABLE service_offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY service_offer_of_request ON service_offer
  USING (party_group_id = ANY ((SELECT led_group_ids())::bigint[])
         OR EXISTS (SELECT FROM service_request r
                    WHERE r.service_request_id = service_offer.service_request_id));

-- How many helpers a group has, and how busy they are; never who.
CREATE FUNCTION volunteer_counts(group_ids bigint[], skill text)
RETURNS TABLE (party_group_id bigint, volunteers integer, skilled integer, load integer)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.party_group_id, count(*)::integer,
         count(*) FILTER (WHERE skill = ANY (m.skills))::integer,
         (SELECT count(*) FROM service_offer o
          WHERE o.party_group_id = m.party_group_id AND o.state = 'taken')::integer
  FROM member m
  WHERE m.party_group_id = ANY (group_ids) AND m.volunteers AND m.left_on IS NULL
  GROUP BY m.party_group_id
$$;

GRANT EXECUTE ON FUNCTION offered_request_ids(), volunteer_counts(bigint[], text) TO wangge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON party_group_leader TO wangge_app;
GRANT SELECT, INSERT, DELETE ON member_household TO wangge_app;
GRANT SELECT, INSERT ON party_group_plan_cell TO wangge_app;
GRANT SELECT, INSERT, UPDATE ON party_group_plan, party_group_plan_group, service_request,
  service_offer TO wangge_app;
RESET ROLE;

-- These run as wangge_whole, which sees every household, while the policy on member still asks
-- who acts: what comes out are households of the asker's own groups.
CREATE FUNCTION contact_households(wanted_member bigint)
RETURNS TABLE (household_id bigint, address text, head_name text, cell_id bigint, since_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.household_id, h.address, h.head_name, h.cell_id, d.since_on
  FROM member m
  JOIN member_household d ON d.member_id = m.member_id
  JOIN household h ON h.household_id = d.household_id
  WHERE m.member_id = wanted_member
$$;
CREATE FUNCTION group_households(wanted_group bigint)
RETURNS TABLE (household_id bigint, address text, head_name text, cell_id bigint, scope_key text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.household_id, h.address, h.head_name, h.cell_id, h.scope_key
  FROM party_group_cell c
  JOIN household h ON h.cell_id = c.cell_id
  WHERE c.party_group_id = wanted_group AND wanted_group = ANY (led_group_ids())
$$;
REVOKE ALL ON FUNCTION contact_households(bigint), group_households(bigint) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO wangge_whole;
ALTER FUNCTION contact_households(bigint) OWNER TO wangge_whole;
ALTER FUNCTION group_households(bigint) OWNER TO wangge_whole;
REVOKE CREATE ON SCHEMA public FROM wangge_whole;
GRANT EXECUTE ON FUNCTION contact_households(bigint), group_households(bigint) TO wangge_app;
