SET ROLE wangge_owner;

-- What a tile of zoom 14 shows of a parcel, moved, cut and rounded when the parcel is written: that
-- took two thirds of the time of the tiles with the most parcels.  Of those who sign in only readers
-- of the whole place could look here: claim_tile reads as they do, and asks for the scope itself.
CREATE TABLE claim_piece (
  -- x * 2^14 + y; -1 for a parcel that spans more than 256 tiles and is cut when it is asked for
  tile integer NOT NULL,
  scope_key text COLLATE "C" NOT NULL,
  claim_id bigint NOT NULL,
  kind text NOT NULL,
  -- 1/4096 of a tile, x east and y south of the tile's corner (of the world's for tile -1)
  geom geometry NOT NULL
);
GRANT SELECT ON claim_piece TO wangge_whole;

-- A shape in those units as a tile holds it: within 256 of the tile's edge, on whole numbers, outer
-- rings turned the way ST_AsMVTGeom turns them.  Empty where nothing is left.
CREATE FUNCTION cut_for_tile(shape geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ST_ForcePolygonCCW(ST_SnapToGrid(CASE
    WHEN shape @ ST_MakeEnvelope(-256, -256, 4352, 4352) THEN shape
    ELSE ST_CollectionExtract(ST_ClipByBox2D(
      shape, ST_MakeBox2D(ST_Point(-256, -256), ST_Point(4352, 4352))), 3) END, 1))
$$;

CREATE FUNCTION keep_claim_pieces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  half constant double precision := 20037508.342789244;
  unit constant double precision := 67108864 / (2 * half);
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE claim_piece;
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM claim_piece p USING before o JOIN after n USING (claim_id)
    WHERE p.claim_id = n.claim_id AND (o.geom IS DISTINCT FROM n.geom
      OR o.scope_key <> n.scope_key OR o.kind <> n.kind);
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM claim_piece p USING before o WHERE p.claim_id = o.claim_id;
    RETURN NULL;
  END IF;
  WITH world AS MATERIALIZED (
    SELECT n.claim_id, n.scope_key, n.kind,
           ST_TransScale(ST_SetSRID(n.geom_3857, 0), half, -half, unit, -unit) AS geom
    FROM after n
    WHERE n.geom_3857 IS NOT NULL
      AND (TG_OP = 'INSERT' OR NOT EXISTS (SELECT FROM claim_piece p WHERE p.claim_id = n.claim_id))
  ), span AS MATERIALIZED (
    SELECT w.*, ceil((ST_XMin(w.geom) - 4352) / 4096)::integer AS west,
           floor((ST_XMax(w.geom) + 256) / 4096)::integer AS east,
           ceil((ST_YMin(w.geom) - 4352) / 4096)::integer AS north,
           floor((ST_YMax(w.geom) + 256) / 4096)::integer AS south
    FROM world w
  ), piece AS (
    SELECT x * 16384 + y AS tile, s.scope_key, s.claim_id, s.kind,
           cut_for_tile(ST_TransScale(s.geom, -4096 * x, -4096 * y, 1, 1)) AS geom
    FROM span s, generate_series(s.west, s.east) x, generate_series(s.north, s.south) y
    WHERE (s.east - s.west + 1)::bigint * (s.south - s.north + 1) <= 256
    OFFSET 0
  )
  INSERT INTO claim_piece (tile, scope_key, claim_id, kind, geom)
  SELECT * FROM piece WHERE NOT ST_IsEmpty(geom)
  UNION ALL
  SELECT -1, scope_key, claim_id, kind, geom FROM span
  WHERE (east - west + 1)::bigint * (south - north + 1) > 256;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION keep_claim_pieces() FROM PUBLIC;

CREATE INDEX claim_piece_tile ON claim_piece (tile, scope_key);
CREATE INDEX claim_piece_claim ON claim_piece (claim_id);

CREATE TRIGGER claim_piece_new AFTER INSERT ON claim REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION keep_claim_pieces();
CREATE TRIGGER claim_piece_changed AFTER UPDATE ON claim
  REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION keep_claim_pieces();
CREATE TRIGGER claim_piece_gone AFTER DELETE ON claim REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION keep_claim_pieces();
CREATE TRIGGER claim_piece_emptied AFTER TRUNCATE ON claim
  FOR EACH STATEMENT EXECUTE FUNCTION keep_claim_pieces();

RESET ROLE;

-- From zoom 15 on a parcel wholly inside the clip is only moved, scaled, rounded and turned (0012);
-- below zoom 14 parcels collapse to nothing, which ST_AsMVTGeom knows.
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
  IF z = 14 THEN
    RETURN (
      SELECT ST_AsMVT(shapes, 'claim', 4096, 'geom', 'id')
      FROM (
        SELECT p.claim_id AS id, p.kind, p.geom FROM claim_piece p
        WHERE p.tile = x * 16384 + y AND p.scope_key >= lo AND p.scope_key < hi
        UNION ALL
        SELECT p.claim_id, p.kind, cut_for_tile(ST_TransScale(p.geom, -4096 * x, -4096 * y, 1, 1))
        FROM claim_piece p
        WHERE p.tile = -1 AND p.scope_key >= lo AND p.scope_key < hi AND p.geom && ST_MakeEnvelope(
          4096 * x - 256, 4096 * y - 256, 4096 * x + 4352, 4096 * y + 4352)
      ) AS shapes
    );
  END IF;
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

-- Pieces of the parcels that are there: nothing else of them changes.
UPDATE claim SET kind = kind WHERE geom IS NOT NULL;
