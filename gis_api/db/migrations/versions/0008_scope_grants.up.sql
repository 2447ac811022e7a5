-- wangge_whole inherits wangge_app's rights; its policies let spatial indexes work (a range policy
-- is not leakproof-friendly and made a tile 100 times slower).
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['household', 'claim', 'case', 'case_joint', 'case_text', 'case_party',
                           'case_history', 'attachment'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I TO wangge_whole USING (true) WITH CHECK (true)',
                   t || '_whole', t);
  END LOOP;
END
$$;

SET ROLE wangge_owner;

-- Who sees a case by being asked to work on it, wherever it lies.
CREATE TABLE case_grant (
  case_id bigint NOT NULL REFERENCES "case",
  officer_id bigint NOT NULL REFERENCES officer,
  reason text NOT NULL CHECK (reason ~ '^[a-z_]{1,40}$'),
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, officer_id)
);
CREATE INDEX case_grant_officer ON case_grant (officer_id);
GRANT SELECT, INSERT, DELETE ON case_grant TO wangge_app;

-- An array, so that the policy can use the primary key: a scan of all cases otherwise.
CREATE FUNCTION granted_case_ids() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT coalesce(array_agg(case_id), '{}') FROM case_grant
        WHERE officer_id = required_setting('app.officer_id')::bigint);
GRANT EXECUTE ON FUNCTION granted_case_ids() TO wangge_app;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case', 'case_joint', 'case_text', 'case_party', 'case_history',
                           'attachment'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT'
                   ' USING (case_id = ANY ((SELECT granted_case_ids())::bigint[]))',
                   t || '_granted', t);
  END LOOP;
END
$$;

ALTER TABLE claim ADD COLUMN geom_3857 geometry(MultiPolygon, 3857)
  GENERATED ALWAYS AS (ST_Transform(ST_SetSRID(geom, 4326), 3857)) STORED;
CREATE INDEX claim_geom_3857 ON claim USING gist (geom_3857);
RESET ROLE;

-- A tile of parcels: id and kind only.  It runs as wangge_whole, whose policies do not stand in the
-- way of the spatial index, and asks for the scope itself.
CREATE FUNCTION claim_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  WITH bounds AS (
    SELECT ST_TileEnvelope(z, x, y) AS tile,
           ST_TileEnvelope(z, x, y, margin => 0.0625) AS clip
  ), shapes AS (
    SELECT c.claim_id AS id, c.kind,
           ST_AsMVTGeom(c.geom_3857, b.tile, 4096, 256, true) AS geom
    FROM claim c, bounds b
    WHERE c.geom_3857 && b.clip
      AND c.scope_key >= scope_lo() AND c.scope_key < scope_hi()
  )
  SELECT ST_AsMVT(shapes, 'claim', 4096, 'geom', 'id') FROM shapes WHERE geom IS NOT NULL
$$;
REVOKE ALL ON FUNCTION claim_tile(integer, integer, integer) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO wangge_whole;
ALTER FUNCTION claim_tile(integer, integer, integer) OWNER TO wangge_whole;
REVOKE CREATE ON SCHEMA public FROM wangge_whole;
GRANT EXECUTE ON FUNCTION claim_tile(integer, integer, integer) TO wangge_app;
