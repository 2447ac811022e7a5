CREATE TEMPORARY TABLE staged_chunk (
  row_number integer, vals jsonb, geom geometry, cell_id bigint, scope_key text COLLATE "C",
  approximate boolean, fault text COLLATE "C"
) ON COMMIT DROP
