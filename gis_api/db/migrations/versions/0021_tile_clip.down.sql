SET ROLE wangge_owner;
CREATE OR REPLACE FUNCTION cell_tile(z integer, x integer, y integer, level_rank integer, on_day date)
RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  tile geometry := ST_TileEnvelope(z, x, y);
  clip geometry := ST_TileEnvelope(z, x, y, margin => 0.015625);
  west double precision := ST_XMin(tile);
  north double precision := ST_YMax(tile);
  scale double precision := 4096 / (ST_XMax(tile) - ST_XMin(tile));
  unit_end integer := 8 * (SELECT count(*) FROM grid_level WHERE rank <= (
    SELECT coalesce(min(rank) FILTER (WHERE role = 'village'), min(rank)) FROM grid_level));
  copy_zoom smallint;
BEGIN
  IF z <= 10 THEN
    SELECT min(s.zoom) INTO copy_zoom FROM (
      SELECT generate_series(greatest(z, 6), 10)::smallint AS zoom) s
    WHERE EXISTS (SELECT FROM cell_shape c WHERE c.zoom = s.zoom AND c.rank = level_rank
                  AND c.valid @> on_day);
  END IF;
  IF copy_zoom IS NOT NULL THEN
    RETURN (
      SELECT ST_AsMVT(shapes, 'cell', 4096, 'geom', 'id')
      FROM (
        SELECT s.cell_id AS id,
               CASE WHEN length(s.scope_key) >= unit_end
                 THEN ('x' || substr(s.scope_key, unit_end - 7, 8))::bit(32)::integer
                 ELSE s.cell_id::integer END AS unit,
               CASE WHEN s.geom @ clip
                 THEN ST_ForcePolygonCCW(ST_SnapToGrid(
                   ST_TransScale(s.geom, -west, -north, scale, -scale), 1))
                 ELSE ST_AsMVTGeom(s.geom, tile, 4096, 64, true) END AS geom
        FROM cell_shape s
        WHERE s.zoom = copy_zoom AND s.rank = level_rank::smallint AND s.geom && clip
          AND s.valid @> on_day
      ) AS shapes
    );
  END IF;
  RETURN (
    SELECT ST_AsMVT(shapes, 'cell', 4096, 'geom', 'id')
    FROM (
      SELECT v.cell_id AS id,
             CASE WHEN length(v.scope_key) >= unit_end
               THEN ('x' || substr(v.scope_key, unit_end - 7, 8))::bit(32)::integer
               ELSE v.cell_id::integer END AS unit,
             CASE WHEN v.geom_3857 @ clip
               THEN ST_ForcePolygonCCW(ST_SnapToGrid(
                 ST_TransScale(v.geom_3857, -west, -north, scale, -scale), 1))
               ELSE ST_AsMVTGeom(v.geom_3857, tile, 4096, 64, true) END AS geom
      FROM cell_version v
      WHERE v.geom_3857 && clip AND v.rank = level_rank AND v.valid @> on_day
    ) AS shapes
  );
END
$$;
RESET ROLE;
