SET ROLE wangge_owner;

CREATE TRIGGER land_finding_layer AFTER INSERT OR DELETE OR TRUNCATE
  OR UPDATE OF state, severity, geom, scope_key
  ON land_finding FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('land_finding');

-- Findings of the asker's area that are open or contested: a spot each, from zoom 14 on their shapes
-- too.  As claim_layer_tile, it asks for the area itself.
CREATE FUNCTION land_finding_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  lo text := scope_lo();
  hi text := scope_hi();
  box geometry := ST_SetSRID(
    ST_Transform(ST_TileEnvelope(z, x, y, margin => 0.015625), 4326), 4490);
BEGIN
  RETURN (
    WITH found AS MATERIALIZED (
      SELECT f.land_finding_id AS id, f.severity AS kind, f.rule, f.geom
      FROM land_finding f
      WHERE f.geom && box AND f.scope_key >= lo AND f.scope_key < hi
        AND f.state IN ('open', 'disputed')
    )
    SELECT coalesce((
      SELECT ST_AsMVT(spots, 'land_finding_spot', 4096, 'geom', 'id')
      FROM (
        SELECT n.id, n.kind, n.rule, tile_geom(
                 ST_Transform(ST_SetSRID(ST_PointOnSurface(n.geom), 4326), 3857), z, x, y) AS geom
        FROM found n
      ) AS spots
    ), '') || coalesce((
      SELECT ST_AsMVT(shapes, 'land_finding', 4096, 'geom', 'id')
      FROM (
        SELECT n.id, n.kind, n.rule, tile_geom(
                 ST_Transform(ST_SetSRID(n.geom, 4326), 3857), z, x, y) AS geom
        FROM found n WHERE z >= 14 AND ST_Dimension(n.geom) > 0
      ) AS shapes
    ), '')
  );
END
$$;
REVOKE ALL ON FUNCTION land_finding_tile(integer, integer, integer) FROM PUBLIC;
RESET ROLE;
GRANT CREATE ON SCHEMA public TO wangge_whole;
ALTER FUNCTION land_finding_tile(integer, integer, integer) OWNER TO wangge_whole;
REVOKE CREATE ON SCHEMA public FROM wangge_whole;
GRANT EXECUTE ON FUNCTION land_finding_tile(integer, integer, integer) TO wangge_app;
