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
DROP TRIGGER claim_piece_new ON claim;
DROP TRIGGER claim_piece_changed ON claim;
DROP TRIGGER claim_piece_gone ON claim;
DROP TRIGGER claim_piece_emptied ON claim;
DROP FUNCTION keep_claim_pieces();
DROP FUNCTION cut_for_tile(geometry);
DROP TABLE claim_piece;
