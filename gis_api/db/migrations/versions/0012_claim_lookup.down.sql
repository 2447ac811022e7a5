DROP FUNCTION find_claims_at(double precision, double precision);
-- The body of 0008; owner and grants stay.
CREATE OR REPLACE FUNCTION claim_tile(z integer, x integer, y integer) RETURNS bytea
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
