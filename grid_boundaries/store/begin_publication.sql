DROP TABLE IF EXISTS pg_temp.publication;
CREATE TEMPORARY TABLE publication (
  row_no integer NOT NULL,
  cell_id bigint,
  rank smallint NOT NULL,
  parent_code text COLLATE "C",
  code text COLLATE "C" NOT NULL,
  name text NOT NULL,
  geom geometry(MultiPolygon, 4490) NOT NULL,
  is_new boolean NOT NULL DEFAULT false,
  parent_cell_id bigint,
  scope_key text COLLATE "C"
) ON COMMIT DROP
