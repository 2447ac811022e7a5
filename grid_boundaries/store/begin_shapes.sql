CREATE TEMPORARY TABLE IF NOT EXISTS fresh_shape (
  cell_id bigint NOT NULL,
  zoom smallint NOT NULL,
  scope_key text COLLATE "C" NOT NULL,
  geom geometry(Geometry, 3857) NOT NULL,
  label geometry(Point, 3857),
  label_radius real
) ON COMMIT DROP;
TRUNCATE fresh_shape
