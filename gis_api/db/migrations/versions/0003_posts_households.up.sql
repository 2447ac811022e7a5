SET ROLE wangge_owner;

CREATE TABLE household (
  household_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address text NOT NULL DEFAULT '' CHECK (length(address) <= 200),
  head_name text CHECK (length(head_name) <= 60),
  phone text CHECK (length(phone) <= 40),
  geom geometry(Point, 4490),
  approximate boolean NOT NULL DEFAULT false,
  cell_id bigint REFERENCES cell,
  villager_group_id bigint REFERENCES villager_group,
  scope_key text COLLATE "C" NOT NULL
);
CREATE INDEX household_geom ON household USING gist (geom);
CREATE INDEX household_scope ON household (scope_key);
CREATE INDEX household_cell ON household (cell_id);

CREATE TABLE post_kind (
  kind text PRIMARY KEY CHECK (kind ~ '^[a-z_]{1,40}$'),
  name_zh text NOT NULL,
  name_en text NOT NULL
);

CREATE TABLE post (
  post_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cell_id bigint NOT NULL REFERENCES cell,
  kind text NOT NULL REFERENCES post_kind,
  valid daterange NOT NULL DEFAULT daterange(NULL, NULL) CHECK (NOT isempty(valid))
);
CREATE INDEX post_cell ON post (cell_id, kind);

-- Duty name and duty phone are work data; the household is what recusal (回避) needs.
CREATE TABLE officer (
  officer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  duty_name text NOT NULL CHECK (length(duty_name) <= 60),
  duty_phone text CHECK (length(duty_phone) <= 40),
  household_id bigint REFERENCES household ON DELETE SET NULL
);

CREATE TABLE post_holding (
  post_holding_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  post_id bigint NOT NULL REFERENCES post,
  officer_id bigint NOT NULL REFERENCES officer,
  valid daterange NOT NULL DEFAULT daterange(NULL, NULL) CHECK (NOT isempty(valid)),
  CONSTRAINT post_holding_once EXCLUDE USING gist
    (post_id WITH =, officer_id WITH =, valid WITH &&)
);
CREATE INDEX post_holding_officer ON post_holding (officer_id);

CREATE TABLE officer_leave (
  officer_id bigint NOT NULL REFERENCES officer,
  during daterange NOT NULL CHECK (NOT isempty(during)),
  CONSTRAINT officer_leave_once EXCLUDE USING gist (officer_id WITH =, during WITH &&)
);

CREATE TABLE party_group (
  party_group_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  village_cell_id bigint NOT NULL REFERENCES cell,
  name text NOT NULL
);
CREATE TABLE party_group_cell (
  party_group_id bigint NOT NULL REFERENCES party_group,
  cell_id bigint NOT NULL REFERENCES cell,
  PRIMARY KEY (party_group_id, cell_id)
);

CREATE TABLE member (
  member_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  party_group_id bigint NOT NULL REFERENCES party_group,
  household_id bigint REFERENCES household,
  name text NOT NULL CHECK (length(name) <= 60),
  duty text NOT NULL DEFAULT 'member',
  scope_key text COLLATE "C" NOT NULL
);
CREATE INDEX member_scope ON member (scope_key);

CREATE TABLE zone (
  zone_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  name text NOT NULL,
  geom geometry(Geometry, 4490) NOT NULL,
  valid daterange NOT NULL DEFAULT daterange(NULL, NULL)
);
CREATE INDEX zone_geom ON zone USING gist (geom);

CREATE TABLE service_point (
  service_point_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL, name text NOT NULL, opening text NOT NULL DEFAULT '',
  geom geometry(Point, 4490) NOT NULL
);

CREATE TABLE place_name (
  place_name_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  aliases text[] NOT NULL DEFAULT '{}',
  pinyin_initials text NOT NULL DEFAULT '',
  kind text NOT NULL DEFAULT 'place',
  geom geometry(Point, 4490) NOT NULL
);
CREATE INDEX place_name_name ON place_name (name);
CREATE INDEX place_name_aliases ON place_name USING gin (aliases);

CREATE TABLE claim (
  claim_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parcel_code text COLLATE "C" NOT NULL CHECK (length(parcel_code) <= 60),
  kind text NOT NULL,
  holder_household_id bigint REFERENCES household,
  stated_area_m2 double precision CHECK (stated_area_m2 >= 0),
  geom geometry(MultiPolygon, 4490),
  cell_id bigint REFERENCES cell,
  scope_key text COLLATE "C" NOT NULL
);
CREATE INDEX claim_geom ON claim USING gist (geom);
CREATE INDEX claim_scope ON claim (scope_key);
CREATE INDEX claim_parcel ON claim (parcel_code);

ALTER TABLE household ENABLE ROW LEVEL SECURITY;
ALTER TABLE household FORCE ROW LEVEL SECURITY;
CREATE POLICY household_scope ON household
  USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))
  WITH CHECK (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()));
ALTER TABLE member ENABLE ROW LEVEL SECURITY;
ALTER TABLE member FORCE ROW LEVEL SECURITY;
CREATE POLICY member_scope ON member
  USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))
  WITH CHECK (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()));
ALTER TABLE claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
CREATE POLICY claim_scope ON claim
  USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))
  WITH CHECK (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()));

GRANT SELECT, INSERT, UPDATE ON household, post_kind, post, officer, post_holding, officer_leave,
  party_group, member, zone, service_point, place_name, claim TO wangge_app;
GRANT SELECT, INSERT, DELETE ON party_group_cell TO wangge_app;
GRANT DELETE ON officer_leave TO wangge_app;
RESET ROLE;
