CREATE TEMPORARY TABLE bulk_case (
  code text COLLATE "C", ref text COLLATE "C", kind text, urgent boolean, happened_on date,
  registered_at timestamptz, closed_on date, geom geometry(Point, 4490), how text,
  cell_id bigint, cell_version_id bigint, scope_key text COLLATE "C", post_id bigint,
  officer_id bigint, queue_reason text, why jsonb, body text, name text, phone text
) ON COMMIT DROP
