SET ROLE wangge_owner;

-- Borders for small scales: each level simplified as one coverage, so that neighbours still share
-- their border to the last vertex.  Written when a plan is published; without rows the tiles are cut
-- from the borders themselves.  Seen by whoever may see cell_version.
CREATE TABLE cell_shape (
  cell_id bigint NOT NULL REFERENCES cell,
  rank smallint NOT NULL REFERENCES grid_level,
  zoom smallint NOT NULL CHECK (zoom BETWEEN 0 AND 22),
  scope_key text COLLATE "C" NOT NULL,
  valid daterange NOT NULL CHECK (NOT isempty(valid)),
  geom geometry(Geometry, 3857) NOT NULL,
  -- of the largest zoom only: the middle of the largest circle inside, and its radius
  label geometry(Point, 3857),
  label_radius real
);
CREATE UNIQUE INDEX cell_shape_once ON cell_shape (cell_id, zoom, (lower(valid)));
CREATE INDEX cell_shape_geom ON cell_shape USING gist (zoom, rank, geom);
GRANT SELECT, INSERT, UPDATE, DELETE ON cell_shape TO wangge_app;

-- One row per statement that may have changed a layer: never updated, so that writers do not wait
-- for each other, and seen together with what it speaks of.
CREATE TABLE layer_change (
  layer_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  layer text NOT NULL CHECK (layer ~ '^[a-z_]{1,40}$'),
  at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, DELETE ON layer_change TO wangge_app;

CREATE FUNCTION note_layer_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO layer_change (layer) VALUES (TG_ARGV[0]);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION note_layer_change() FROM PUBLIC;

CREATE TRIGGER cell_shape_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cell_shape
  FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('cell');
CREATE TRIGGER claim_layer AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF kind, geom, scope_key
  ON claim FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('claim');
CREATE TRIGGER case_layer AFTER INSERT OR DELETE OR TRUNCATE
  OR UPDATE OF kind, geom, access_key, state, urgent, closed_on
  ON "case" FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('case');
CREATE TRIGGER case_grant_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON case_grant
  FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('case');
CREATE TRIGGER zone_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON zone
  FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('zone');
CREATE TRIGGER service_point_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON service_point
  FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('service_point');
CREATE TRIGGER villager_group_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON villager_group
  FOR EACH STATEMENT EXECUTE FUNCTION note_layer_change('villager_group');

ALTER TABLE "case" ADD COLUMN at_3857 geometry(Geometry, 3857)
  GENERATED ALWAYS AS (ST_Transform(ST_SetSRID(ST_PointOnSurface(geom), 4326), 3857)) STORED;
CREATE INDEX case_at_3857 ON "case" USING gist (at_3857);
ALTER TABLE zone ADD COLUMN geom_3857 geometry(Geometry, 3857)
  GENERATED ALWAYS AS (ST_Transform(ST_SetSRID(geom, 4326), 3857)) STORED;
CREATE INDEX zone_geom_3857 ON zone USING gist (geom_3857);
ALTER TABLE service_point ADD COLUMN geom_3857 geometry(Point, 3857)
  GENERATED ALWAYS AS (ST_Transform(ST_SetSRID(geom, 4326), 3857)) STORED;
CREATE INDEX service_point_geom_3857 ON service_point USING gist (geom_3857);
ALTER TABLE villager_group ADD COLUMN geom_3857 geometry(MultiPolygon, 3857)
  GENERATED ALWAYS AS (ST_Transform(ST_SetSRID(geom, 4326), 3857)) STORED;
CREATE INDEX villager_group_geom_3857 ON villager_group USING gist (geom_3857);

CREATE FUNCTION tile_geom(shape geometry, z integer, x integer, y integer) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN ST_AsMVTGeom(shape, ST_TileEnvelope(z, x, y), 4096, 64, true);
END
$$;

-- Cells of one level on one day: id and unit (the village they lie in, above it they themselves).
-- A shape inside the clip is moved, scaled and rounded only (see 0012).  No plan of its own each
-- time: nothing here depends on who asks, and planning is a third of a small tile.
CREATE FUNCTION cell_tile(z integer, x integer, y integer, level_rank integer, on_day date)
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

-- Parcels of the asker's area; below zoom 14 how many of a kind lie in each thirty-second of a tile.
-- A parcel is counted where the middle of its box is, so in one tile only.
CREATE FUNCTION claim_layer_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  lo text := scope_lo();
  hi text := scope_hi();
  tile geometry := ST_TileEnvelope(z, x, y);
  west double precision := ST_XMin(tile);
  south double precision := ST_YMin(tile);
  side double precision := (ST_XMax(tile) - ST_XMin(tile)) / 32;
BEGIN
  IF z >= 14 THEN
    RETURN claim_tile(z, x, y);
  END IF;
  RETURN (
    SELECT ST_AsMVT(bins, 'claim_count', 4096, 'geom', 'id')
    FROM (
      SELECT (row_number() OVER ())::integer AS id, b.kind, b.n,
             ST_Point(b.i * 128 + 64, 4096 - (b.j * 128 + 64)) AS geom
      FROM (
        SELECT m.i, m.j, m.kind, count(*)::integer AS n
        FROM (
          SELECT floor(((ST_XMin(c.geom_3857) + ST_XMax(c.geom_3857)) / 2 - west) / side)::integer
                   AS i,
                 floor(((ST_YMin(c.geom_3857) + ST_YMax(c.geom_3857)) / 2 - south) / side)::integer
                   AS j,
                 c.kind
          FROM claim c
          WHERE c.geom_3857 && tile AND c.scope_key >= lo AND c.scope_key < hi
        ) m
        WHERE m.i BETWEEN 0 AND 31 AND m.j BETWEEN 0 AND 31
        GROUP BY m.i, m.j, m.kind
      ) b
    ) AS bins
  );
END
$$;

-- Cases that the policies of "case" would show: by area, or granted.  Below zoom 13 how many of a
-- kind, open or closed, lie in each sixteenth of a tile.
CREATE FUNCTION case_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  lo text := scope_lo();
  hi text := scope_hi();
  granted bigint[] := granted_case_ids();
  tile geometry := ST_TileEnvelope(z, x, y);
  west double precision := ST_XMin(tile);
  south double precision := ST_YMin(tile);
  side double precision := (ST_XMax(tile) - ST_XMin(tile)) / 16;
BEGIN
  IF z >= 13 THEN
    RETURN (
      SELECT ST_AsMVT(marks, 'case', 4096, 'geom', 'id')
      FROM (
        SELECT c.case_id AS id, c.kind, (c.closed_on IS NOT NULL) AS closed, c.urgent,
               ST_AsMVTGeom(c.at_3857, tile, 4096, 64, true) AS geom
        FROM "case" c
        WHERE c.at_3857 && tile
          AND ((c.access_key >= lo AND c.access_key < hi) OR c.case_id = ANY (granted))
      ) AS marks
    );
  END IF;
  RETURN (
    SELECT ST_AsMVT(bins, 'case_count', 4096, 'geom', 'id')
    FROM (
      SELECT (row_number() OVER ())::integer AS id, b.kind, b.closed, b.n,
             ST_Point(b.i * 256 + 128, 4096 - (b.j * 256 + 128)) AS geom
      FROM (
        SELECT m.i, m.j, m.kind, m.closed, count(*)::integer AS n
        FROM (
          SELECT floor((ST_X(c.at_3857) - west) / side)::integer AS i,
                 floor((ST_Y(c.at_3857) - south) / side)::integer AS j,
                 c.kind, c.closed_on IS NOT NULL AS closed
          FROM "case" c
          WHERE c.at_3857 && tile
            AND ((c.access_key >= lo AND c.access_key < hi) OR c.case_id = ANY (granted))
        ) m
        WHERE m.i BETWEEN 0 AND 15 AND m.j BETWEEN 0 AND 15
        GROUP BY m.i, m.j, m.kind, m.closed
      ) b
    ) AS bins
  );
END
$$;

CREATE FUNCTION zone_tile(z integer, x integer, y integer, on_day date) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT ST_AsMVT(shapes, 'zone', 4096, 'geom', 'id')
  FROM (
    SELECT o.zone_id AS id, o.kind, tile_geom(o.geom_3857, z, x, y) AS geom
    FROM zone o
    WHERE o.geom_3857 && ST_TileEnvelope(z, x, y, margin => 0.015625) AND o.valid @> on_day
  ) AS shapes
$$;

CREATE FUNCTION service_point_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT ST_AsMVT(shapes, 'service_point', 4096, 'geom', 'id')
  FROM (
    SELECT p.service_point_id AS id, p.kind, tile_geom(p.geom_3857, z, x, y) AS geom
    FROM service_point p
    WHERE p.geom_3857 && ST_TileEnvelope(z, x, y, margin => 0.015625)
  ) AS shapes
$$;

CREATE FUNCTION villager_group_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT ST_AsMVT(shapes, 'villager_group', 4096, 'geom', 'id')
  FROM (
    SELECT g.villager_group_id AS id, tile_geom(g.geom_3857, z, x, y) AS geom
    FROM villager_group g
    WHERE g.geom_3857 && ST_TileEnvelope(z, x, y, margin => 0.015625)
  ) AS shapes
$$;
GRANT EXECUTE ON FUNCTION tile_geom(geometry, integer, integer, integer),
  cell_tile(integer, integer, integer, integer, date), zone_tile(integer, integer, integer, date),
  service_point_tile(integer, integer, integer), villager_group_tile(integer, integer, integer)
  TO wangge_app;
REVOKE ALL ON FUNCTION claim_layer_tile(integer, integer, integer),
  case_tile(integer, integer, integer) FROM PUBLIC;
RESET ROLE;

-- They run as wangge_whole, whose policies let the spatial index work, and ask for the scope
-- themselves (0012).
GRANT CREATE ON SCHEMA public TO wangge_whole;
ALTER FUNCTION claim_layer_tile(integer, integer, integer) OWNER TO wangge_whole;
ALTER FUNCTION case_tile(integer, integer, integer) OWNER TO wangge_whole;
REVOKE CREATE ON SCHEMA public FROM wangge_whole;
GRANT EXECUTE ON FUNCTION claim_layer_tile(integer, integer, integer),
  case_tile(integer, integer, integer) TO wangge_app;
