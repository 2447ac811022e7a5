SET ROLE wangge_owner;

-- Levels are data: a town numbers its own from 1, a league has six.
CREATE TABLE grid_level (
  rank smallint PRIMARY KEY CHECK (rank > 0),
  name_zh text NOT NULL,
  name_en text NOT NULL,
  -- 'village' marks the level whose committee can be a respondent; one at most.
  role text NOT NULL DEFAULT 'other' CHECK (role IN ('township', 'village', 'other')),
  code_digits smallint CHECK (code_digits BETWEEN 1 AND 30)
);
CREATE UNIQUE INDEX grid_level_one_village ON grid_level (role) WHERE role <> 'other';

-- One row per publication; valid_from tells from which day it holds.
CREATE TABLE grid_version (
  grid_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  valid_from date NOT NULL,
  label text NOT NULL DEFAULT '',
  published_at timestamptz NOT NULL DEFAULT now(),
  published_by bigint NOT NULL,
  accepted_findings jsonb NOT NULL DEFAULT '[]'
);

CREATE TABLE cell (
  cell_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- 未来改网格时的并发检查 / base-revision check of a parent being redrawn
  rev bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cell_version (
  cell_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cell_id bigint NOT NULL REFERENCES cell,
  rank smallint NOT NULL REFERENCES grid_level,
  parent_cell_id bigint REFERENCES cell,
  code text COLLATE "C" NOT NULL CHECK (code <> '' AND length(code) <= 40),
  name text NOT NULL CHECK (length(name) <= 100),
  geom geometry(MultiPolygon, 4490) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
  geom_3857 geometry(MultiPolygon, 3857) GENERATED ALWAYS AS (
    ST_Transform(ST_SetSRID(geom, 4326), 3857)) STORED,
  -- ancestors first, 8 hex digits of cell_id each: fixed width, never derived from code
  scope_key text COLLATE "C" NOT NULL,
  valid daterange NOT NULL CHECK (NOT isempty(valid)),
  grid_version_id bigint NOT NULL REFERENCES grid_version,
  CONSTRAINT cell_version_one_at_a_time EXCLUDE USING gist (cell_id WITH =, valid WITH &&),
  CONSTRAINT cell_version_code_once EXCLUDE USING gist (code WITH =, valid WITH &&),
  CONSTRAINT cell_version_root_or_parent CHECK (parent_cell_id IS DISTINCT FROM cell_id)
);
CREATE INDEX cell_version_geom ON cell_version USING gist (geom);
CREATE INDEX cell_version_geom_3857 ON cell_version USING gist (geom_3857);
CREATE INDEX cell_version_scope ON cell_version (scope_key);
CREATE INDEX cell_version_parent ON cell_version (parent_cell_id, rank);
CREATE INDEX cell_version_code ON cell_version (code);

-- A code, once given, belongs to its cell for ever.
CREATE TABLE cell_code (
  code text COLLATE "C" PRIMARY KEY,
  cell_id bigint NOT NULL REFERENCES cell
);

CREATE TABLE cell_lineage (
  from_cell_id bigint NOT NULL REFERENCES cell,
  to_cell_id bigint NOT NULL REFERENCES cell,
  grid_version_id bigint NOT NULL REFERENCES grid_version,
  household_share double precision NOT NULL CHECK (household_share BETWEEN 0 AND 1),
  PRIMARY KEY (from_cell_id, to_cell_id, grid_version_id)
);

-- Villager groups (社/组/独贵龙): a layer of their own, not a level.
CREATE TABLE villager_group (
  villager_group_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  village_cell_id bigint NOT NULL REFERENCES cell,
  issuing_code text COLLATE "C" NOT NULL UNIQUE,
  name text NOT NULL,
  head_name text,
  geom geometry(MultiPolygon, 4490)
);
CREATE INDEX villager_group_geom ON villager_group USING gist (geom);

CREATE FUNCTION scope_segment(cell_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lpad(to_hex(cell_id), 8, '0');

-- Metres per degree of longitude and latitude on the CGCS2000 ellipsoid; the twin of
-- grid_boundaries.geo.local_plane.metres_per_degree.
CREATE FUNCTION metres_per_degree(lat double precision, OUT mx double precision, OUT my double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT pi() / 180 * 6378137.0 * cos(radians(lat)) / sqrt(w),
         pi() / 180 * 6378137.0 * (1 - e2) / (w * sqrt(w))
  FROM (SELECT f * (2 - f) AS e2, 1 - f * (2 - f) * sin(radians(lat)) ^ 2 AS w
        FROM (SELECT 1 / 298.257222101 AS f) ellipsoid) terms
$$;
GRANT EXECUTE ON FUNCTION scope_segment(bigint), metres_per_degree(double precision) TO wangge_app;

GRANT SELECT ON grid_level, grid_version, cell, cell_version, cell_code, cell_lineage,
  villager_group TO wangge_app;
GRANT INSERT ON grid_level, grid_version, cell, cell_version, cell_code, cell_lineage,
  villager_group TO wangge_app;
GRANT UPDATE ON cell_version, villager_group, grid_level TO wangge_app;
GRANT UPDATE (rev) ON cell TO wangge_app;
RESET ROLE;
