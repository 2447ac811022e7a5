-- Under the range policy a point is looked for by reading every parcel of the asker's area (45 ms
-- for a base grid of 6,000 parcels): && is not leakproof.  These run as wangge_whole and ask for
-- the scope themselves.  plpgsql with a plan of its own each time, so that the planner knows both
-- the area and the tile, and scope_lo() is not called for every row.
CREATE FUNCTION find_claims_at(lng double precision, lat double precision)
RETURNS TABLE (claim_id bigint, parcel_code text, kind text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  lo text := scope_lo();
  hi text := scope_hi();
  place geometry := ST_Point(lng, lat, 4490);
BEGIN
  RETURN QUERY
  SELECT c.claim_id, c.parcel_code, c.kind FROM claim c
  WHERE c.geom && place AND ST_Covers(c.geom, place)
    AND c.scope_key >= lo AND c.scope_key < hi
  ORDER BY c.claim_id;
END
$$;

-- A parcel wholly inside the clip is only moved, scaled and rounded (rings turned the way
-- ST_AsMVTGeom turns them): the same answer at half the price.  Below zoom 13 parcels collapse to
-- nothing, which ST_AsMVTGeom knows.  ST_AsMVT itself leaves out what has no geometry; asking
-- IS NOT NULL made PostgreSQL work every geometry out twice.
CREATE OR REPLACE FUNCTION claim_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  lo text := scope_lo();
  hi text := scope_hi();
  tile geometry := ST_TileEnvelope(z, x, y);
  clip geometry := ST_TileEnvelope(z, x, y, margin => 0.0625);
  west double precision := ST_XMin(tile);
  north double precision := ST_YMax(tile);
  scale double precision := 4096 / (ST_XMax(tile) - ST_XMin(tile));
BEGIN
  RETURN (
    SELECT ST_AsMVT(shapes, 'claim', 4096, 'geom', 'id')
    FROM (
      SELECT c.claim_id AS id, c.kind,
             CASE WHEN z >= 13 AND c.geom_3857 @ clip
               THEN ST_ForcePolygonCCW(ST_SnapToGrid(
                 ST_TransScale(c.geom_3857, -west, -north, scale, -scale), 1))
               ELSE ST_AsMVTGeom(c.geom_3857, tile, 4096, 256, true) END AS geom
      FROM claim c
      WHERE c.geom_3857 && clip AND c.scope_key >= lo AND c.scope_key < hi
    ) AS shapes
  );
END
$$;

REVOKE ALL ON FUNCTION find_claims_at(double precision, double precision) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO wangge_whole;
ALTER FUNCTION find_claims_at(double precision, double precision) OWNER TO wangge_whole;
REVOKE CREATE ON SCHEMA public FROM wangge_whole;
GRANT EXECUTE ON FUNCTION find_claims_at(double precision, double precision) TO wangge_app;
