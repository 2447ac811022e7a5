DROP TABLE IF EXISTS pg_temp.settled;
CREATE TEMPORARY TABLE settled (
  row_id bigint PRIMARY KEY,
  scope_key text COLLATE "C" NOT NULL,
  cell_id bigint,
  cell_version_id bigint
) ON COMMIT DROP
