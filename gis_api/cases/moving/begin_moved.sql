DROP TABLE IF EXISTS pg_temp.moved_case;
CREATE TEMPORARY TABLE moved_case (
  case_id bigint PRIMARY KEY,
  code text COLLATE "C" NOT NULL,
  scope_key text COLLATE "C" NOT NULL,
  access_key text COLLATE "C" NOT NULL,
  old_access text COLLATE "C" NOT NULL,
  cell_id bigint,
  cell_code text COLLATE "C",
  cell_version_id bigint,
  seq integer,
  detail jsonb,
  previous_hash bytea,
  hash bytea
) ON COMMIT DROP
