-- Owner and application roles are cluster-wide: made once, kept by later databases.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge_owner') THEN
    CREATE ROLE wangge_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge_app') THEN
    CREATE ROLE wangge_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge_whole') THEN
    CREATE ROLE wangge_whole NOLOGIN NOSUPERUSER NOBYPASSRLS;
    GRANT wangge_app TO wangge_whole;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of this cluster is being migrated at the same moment
END
$$;

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO wangge_owner;
GRANT USAGE ON SCHEMA public TO wangge_app;
GRANT SELECT ON spatial_ref_sys TO wangge_app;

SET ROLE wangge_owner;

ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- A setting that is missing or empty raises: a policy built on it can never fail open.
CREATE FUNCTION required_setting(setting text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE value text := current_setting(setting, true);
BEGIN
  IF value IS NULL OR value = '' THEN
    RAISE EXCEPTION 'no actor: % is not set', setting USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN value;
END
$$;

CREATE FUNCTION scope_lo() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN required_setting('app.scope_lo') COLLATE "C";

CREATE FUNCTION scope_hi() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN required_setting('app.scope_hi') COLLATE "C";

CREATE FUNCTION actor_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN required_setting('app.actor_id')::bigint;

-- Dates of this product are dates in Shanghai.
CREATE FUNCTION today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN (now() AT TIME ZONE 'Asia/Shanghai')::date;

GRANT EXECUTE ON FUNCTION required_setting(text), scope_lo(), scope_hi(), actor_id(), today()
  TO wangge_app;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
RESET ROLE;
