SET ROLE wangge_owner;

CREATE INDEX cell_version_geom_3857 ON cell_version USING gist (geom_3857);
DROP INDEX cell_version_tile;

-- Cells of one level on one day: id and unit (the village they lie in, above it they themselves).
-- What crosses the edge of the tile is cut by a rectangle and rounded like what lies inside it:
-- ST_AsMVTGeom took two thirds of the time of a tile at zoom 10.  A cell whose box alone touches
-- the tile is left out.
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
        SELECT c.id, c.unit, ST_ForcePolygonCCW(ST_SnapToGrid(
          ST_TransScale(c.shape, -west, -north, scale, -scale), 1)) AS geom
        FROM (
          SELECT s.cell_id AS id,
                 CASE WHEN length(s.scope_key) >= unit_end
                   THEN ('x' || substr(s.scope_key, unit_end - 7, 8))::bit(32)::integer
                   ELSE s.cell_id::integer END AS unit,
                 CASE WHEN s.geom @ clip THEN s.geom
                   ELSE ST_CollectionExtract(ST_ClipByBox2D(s.geom, clip::box2d), 3) END AS shape
          FROM cell_shape s
          WHERE s.zoom = copy_zoom AND s.rank = level_rank::smallint AND s.geom && clip
            AND s.valid @> on_day
          OFFSET 0  -- clipped once, not once more for the test below
        ) c
        WHERE NOT ST_IsEmpty(c.shape)
      ) AS shapes
    );
  END IF;
  RETURN (
    SELECT ST_AsMVT(shapes, 'cell', 4096, 'geom', 'id')
    FROM (
      SELECT c.id, c.unit, ST_ForcePolygonCCW(ST_SnapToGrid(
          ST_TransScale(c.shape, -west, -north, scale, -scale), 1)) AS geom
      FROM (
        SELECT v.cell_id AS id,
               CASE WHEN length(v.scope_key) >= unit_end
                 THEN ('x' || substr(v.scope_key, unit_end - 7, 8))::bit(32)::integer
                 ELSE v.cell_id::integer END AS unit,
               CASE WHEN v.geom_3857 @ clip THEN v.geom_3857
                 ELSE ST_CollectionExtract(ST_ClipByBox2D(v.geom_3857, clip::box2d), 3)
                 END AS shape
        FROM cell_version v
        WHERE v.geom_3857 && clip AND v.rank = level_rank AND v.valid @> on_day
        OFFSET 0
      ) c
      WHERE NOT ST_IsEmpty(c.shape)
    ) AS shapes
  );
END
$$;
RESET ROLE;
